//! Characters that write different sounds by the same syllable.

use crate::pairs::held_out;
use pinyin::ToPinyin;
use std::{collections::BTreeMap, fs, path::Path};

/// Names with a character, from which on it is told apart.
const SEEN: usize = 20;
/// Sounds of a syllable that are told apart.
const MOST: usize = 6;
/// Traditional characters of names and their simplified forms: the character, then its form.
const FORMS: &str = "亞亚爾尔維维羅罗馬马納纳諾诺薩萨貝贝蘭兰達达麥麦賈贾倫伦魯鲁萊莱費费庫库內内頓顿瑪玛蘇苏傑杰絲丝烏乌圖图盧卢韋韦齊齐\
凱凯馮冯華华麗丽葉叶賓宾約约勞劳寧宁喬乔謝谢漢汉揚扬楊杨門门聖圣蓋盖邁迈溫温賽赛茲兹別别連连龍龙紐纽澤泽歐欧鮑鲍賴赖蓮莲偉伟\
衛卫懷怀貢贡熱热雲云劉刘鄧邓龐庞遜逊騰腾鐵铁鄭郑萬万韓韩岡冈顧顾莊庄瓊琼賢贤強强榮荣豐丰闊阔詩诗歷历臘腊當当畢毕蘿萝緯纬緬缅繆缪\
紹绍綺绮鍾钟錢钱裡里裏里優优兒儿國国夢梦婭娅孫孙寶宝島岛廣广慶庆來来東东樂乐樓楼濟济瀾澜無无祿禄禮礼簡简聶聂興兴蕭萧藍蓝見见覺觉\
訥讷許许讓让賀贺贊赞趙赵車车軒轩輝辉農农鈴铃銘铭錫锡長长開开關关陳陈陽阳陸陆靈灵順顺飛飞駱骆黃黄瑣琐濱滨濤涛碩硕穌稣級级紀纪\
紗纱緹缇義义貞贞卻却參参吳吴呂吕單单婁娄寬宽彌弥彥彦從从徹彻曉晓湯汤潔洁範范脫脱買买誇夸鳳凤麼么鶴鹤歌哥劍剑師师潤润環环瑤瑶讚赞";

pub fn make(data: &Path, out: &Path) {
    let mut chars = FORMS.chars();
    let mut forms: BTreeMap<char, char> = BTreeMap::new();
    while let (Some(traditional), Some(simple)) = (chars.next(), chars.next()) {
        if reading(traditional) == reading(simple) {
            forms.insert(traditional, simple);
        } else {
            println!("read otherwise: {traditional} {simple}");
        }
    }
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for line in fs::read_to_string(data.join("names/chinese.train.tsv")).unwrap().lines() {
        let mut parts = line.split('\t');
        let (Some(latin), Some(native)) = (parts.next(), parts.next()) else { continue };
        if !held_out(latin) {
            native.chars().for_each(|c| *counts.entry(*forms.get(&c).unwrap_or(&c)).or_default() += 1);
        }
    }
    let mut syllables: BTreeMap<String, Vec<(usize, char)>> = BTreeMap::new();
    for (c, count) in counts.into_iter().filter(|(_, count)| *count >= SEEN) {
        if let Some(syllable) = reading(c) {
            syllables.entry(syllable).or_default().push((count, c));
        }
    }
    let mut text =
        String::from("# characters of one syllable; the forms of one character without a gap between them\n");
    for mut sounds in syllables.into_values().filter(|sounds| sounds.len() > 1) {
        sounds.sort_unstable_by(|a, b| b.cmp(a));
        let forms_of = |c: char| -> String {
            std::iter::once(c)
                .chain(forms.iter().filter(|(_, simple)| **simple == c).map(|(c, _)| *c))
                .collect()
        };
        let words: Vec<String> = sounds.iter().take(MOST).map(|(_, c)| forms_of(*c)).collect();
        text.push_str(&format!("{}\n", words.join(" ")));
    }
    fs::write(out.join("characters.txt"), text).unwrap();
}

/// The syllable without its tone.
fn reading(c: char) -> Option<String> {
    c.to_pinyin().map(|pinyin| pinyin.plain().to_owned())
}
