//! Sets one invented memo in each language as PDF, for other programs to read: `pdf_samples FOLDER`.

use comity_formats::pdf::{Document, Line, PdfError, Section, print};
use jiff::civil::date;
use std::{env, fs, path::Path};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let folder = env::args().nth(1).ok_or("say into which folder")?;
    for (language, texts) in TEXTS {
        save(Path::new(&folder), language, &memo(language, texts, 1))?;
    }
    save(Path::new(&folder), "ar-long", &memo("ar", TEXTS[3].1, 9))?;
    save(Path::new(&folder), "en-long", &memo("en", TEXTS[0].1, 9))
}

fn save(folder: &Path, name: &str, document: &Document) -> Outcome {
    let printed = print(document).map_err(|fault: PdfError| format!("{name}: {fault}"))?;
    fs::write(folder.join(format!("{name}.pdf")), &printed.bytes)?;
    println!(
        "{name}: {} pages, {} bytes, replaced {:?}",
        printed.pages,
        printed.bytes.len(),
        printed.replaced
    );
    Ok(())
}

/// Title, subtitle, heading, text, point, source, heading, ticks, foot.
type Texts = [&'static str; 9];

const TEXTS: [(&str, Texts); 4] = [
    (
        "en",
        [
            "Return of a child: France – Morocco",
            "Law as known on 9 March 2026, for case FR-2026-00017",
            "What binds the two states",
            "The Hague Convention of 25 October 1980 is in force between France and Morocco since 1 June 2010, because France \
         has accepted the accession of Morocco (document A/2009-17, checksum 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08).",
            "Ask for the return within one year from the wrongful removal; after 9 March 2027 the court may refuse if the child is settled.",
            "Hague 1980, art. 12 (1), art. 35 and 38; status table of HCCH, 2026-02-01, confidence: high",
            "To do",
            "Send form A with two translations → Rabat",
            "Names and places are invented. This memo is no legal advice; the competent authority decides.",
        ],
    ),
    (
        "fr",
        [
            "Retour d’un enfant : France – Maroc",
            "Droit connu le 9 mars 2026, dossier FR-2026-00017",
            "Ce qui lie les deux États",
            "La Convention de La Haye du 25 octobre 1980 est en vigueur entre la France et le Maroc depuis le 1er juin 2010, \
         car la France a accepté l’adhésion du Maroc « sans réserve » (cœur, naïveté, Noël).",
            "Demander le retour dans l’année suivant le déplacement illicite ; après le 9 mars 2027, le juge peut refuser.",
            "La Haye 1980, art. 12, al. 1, art. 35 et 38 ; état présent de la HCCH, 1er février 2026",
            "À faire",
            "Envoyer le formulaire A avec deux traductions → Rabat",
            "Noms et lieux sont inventés. Cette note n’est pas un avis juridique ; l’autorité compétente décide.",
        ],
    ),
    (
        "es",
        [
            "Restitución de un niño: España – Marruecos",
            "Derecho conocido el 9 de marzo de 2026, expediente ES-2026-00017",
            "Qué vincula a los dos Estados",
            "El Convenio de La Haya de 25 de octubre de 1980 está en vigor entre España y Marruecos. ¿Desde cuándo? Desde que \
         España aceptó la adhesión; véase el año señalado en la tabla.",
            "Pedir la restitución en el plazo de un año; después del 9 de marzo de 2027 el juez puede denegarla.",
            "La Haya 1980, arts. 12, 35 y 38; tabla de la HCCH, 1 de febrero de 2026",
            "Tareas",
            "Enviar el formulario A con dos traducciones → Rabat",
            "Los nombres y lugares son inventados. Esta nota no es asesoramiento jurídico; decide la autoridad competente.",
        ],
    ),
    (
        "ar",
        [
            "إعادة طفل: فرنسا – المغرب",
            "القانون كما هو معروف في 9 مارس 2026، الملف FR-2026-00017",
            "ما يُلزم الدولتين",
            "اتفاقية لاهاي المؤرخة 25 أكتوبر 1980 (Hague 1980) سارية بين فرنسا والمغرب منذ 1 يونيو 2010، لأن فرنسا قبلت انضمام \
         المغرب (الوثيقة A/2009-17). والدولُ الأخرى مُلزَمةٌ أيضًا بموجب المادة 38، ولا سيّما إذا كان الطفل دون السادسة عشرة.",
            "يُطلب الإرجاع خلال سنة واحدة من تاريخ الإبعاد غير المشروع؛ وبعد 2027-03-09 يجوز للمحكمة أن ترفض.",
            "لاهاي 1980، المادة 12 (1) والمادتان 35 و38؛ جدول الحالة HCCH، ‏2026-02-01، الثقة: عالية",
            "ما يجب عمله",
            "إرسال النموذج A مع ترجمتين → الرباط",
            "الأسماء والأماكن مخترعة. هذه المذكرة ليست مشورة قانونية؛ والسلطة المختصة هي التي تقرّر.",
        ],
    ),
];

fn memo(language: &str, texts: Texts, times: usize) -> Document {
    let [title, subtitle, heading, text, point, source, tasks, tick, foot] = texts.map(str::to_owned);
    let law = vec![
        Line::Text(text),
        Line::Source(source.clone()),
        Line::Point(point.clone()),
        Line::Source(source),
        Line::Point(point),
    ];
    let first = Section { heading, lines: law };
    let second = Section { heading: tasks, lines: vec![Line::Tick(tick.clone()), Line::Tick(tick)] };
    let sections = [first, second].into_iter().cycle().take(2 * times).collect();
    Document { title, subtitle, language: language.to_owned(), sections, foot, date: date(2026, 3, 9) }
}
