#!/usr/bin/env bash
# Makes the fonts of this folder from those of Debian's `fonts-noto-core`: fewer characters, no hinting.
# `make.sh FOLDER` with the folder of the full fonts, such as /usr/share/fonts/truetype/noto; needs fonttools 4.68 (PyPI).
set -euo pipefail
from=$1
cd "$(dirname "$0")"
latin=U+0020-007E,U+00A0-017F,U+018F,U+0192,U+01A0-01A1,U+01AF-01B0,U+01CD-01DC,U+01E6-01ED,U+01F4-01F5,U+01FA-021B
latin+=,U+0259,U+02B0-02FF,U+0300-0338,U+0370-03FF,U+0400-045F,U+0490-0493,U+049A-049B
latin+=,U+04A2-04A3,U+04AE-04B1,U+04BA-04BB,U+04D8-04D9,U+04E8-04E9,U+1E00-1EFF,U+2010-2015,U+2018-2022,U+2026
latin+=,U+202F-2030,U+2032-2033,U+2039-203A,U+2044,U+2070-209F,U+20A0-20BF,U+2116,U+2122,U+2212,U+FFFD
arabic=U+0020-002F,U+003A-0040,U+005B-0060,U+007B-007E,U+00A0,U+00AB,U+00BB,U+0600-06FF,U+200C-200D
arabic+=,U+2010-2015,U+2018-201D,U+2026,U+25CC,U+FD3E-FD3F,U+FDF2
subset() { # NAME CHARACTERS FEATURES
    pyftsubset "$from/$1.ttf" --unicodes="$2" --layout-features="$3" --no-hinting --output-file="$1.ttf"
}
for weight in Regular Bold; do
    subset "NotoSans-$weight" "$latin" ccmp,locl,kern,mark,mkmk
    subset "NotoNaskhArabic-$weight" "$arabic" ccmp,isol,init,medi,fina,rlig,calt,liga,mark,mkmk,kern,curs,locl
done
subset NotoSansSymbols-Regular U+2190-2194,U+21D2 ''
subset NotoSansSymbols2-Regular U+25A0,U+25A1,U+25CB,U+25CF,U+2610-2612,U+2713,U+2714,U+2717 ''
