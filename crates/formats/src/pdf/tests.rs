use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn sample(language: &str, text: &str) -> Document {
    let lines = vec![
        Line::Text(text.to_owned()),
        Line::Point(format!("{text} (2)")),
        Line::Source("Hague 1980, art. 12".to_owned()),
        Line::Tick(text.to_owned()),
    ];
    Document {
        title: text.to_owned(),
        subtitle: "FR - MA".to_owned(),
        language: language.to_owned(),
        sections: vec![Section { heading: text.to_owned(), lines }],
        foot: "Foot".to_owned(),
        date: date(2026, 3, 9),
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample("ar", "طلب إعادة الطفل FR-2026/17");
    assert_eq!(set(&document).unwrap(), set(&document).unwrap());
}

#[test]
fn another_date_gives_another_file() {
    let document = sample("en", "Return of the child");
    let later = Document { date: date(2026, 3, 10), ..document.clone() };
    assert_ne!(set(&document).unwrap(), set(&later).unwrap());
}

#[test]
fn a_file_names_its_language_its_title_and_the_rules_that_it_keeps() {
    let bytes = set(&sample("fr", "Retour de l’enfant")).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    for text in ["/Lang (fr)", "Retour de l’enfant", "<pdfuaid:part>1<", "<pdfaid:part>2<", "/Marked true"]
    {
        assert!(contains(&bytes, text), "{text}");
    }
}

#[test]
fn sources_below_an_item_and_items_side_by_side_make_one_list() {
    let bytes = set(&sample("en", "Return of the child")).unwrap();
    let count = |text: &str| bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
    assert_eq!((count("/S /L\n"), count("/S /LI\n"), count("/S /H1\n"), count("/S /H2\n")), (1, 2, 1, 1));
}

#[test]
fn what_nearly_fits_on_one_page_is_set_smaller() {
    let lines = |count| vec![Line::Text("A line of the memo.".to_owned()); count];
    let pages = |count| {
        let mut document = sample("en", "Return of the child");
        document.sections = vec![Section { heading: "Steps".to_owned(), lines: lines(count) }];
        print(&document).unwrap().pages
    };
    assert_eq!((pages(1), pages(35), pages(46), pages(200)), (1, 1, 1, 6));
}

#[test]
fn a_document_without_title_is_refused() {
    let document = Document { title: " ".to_owned(), ..sample("en", "x") };
    assert!(matches!(set(&document), Err(PdfError::NoTitle)));
}

#[test]
fn a_language_that_is_no_tag_is_refused() {
    for language in ["", "e", "en_GB", "français", "en-"] {
        let document = Document { language: language.to_owned(), ..sample("en", "x") };
        assert!(matches!(set(&document), Err(PdfError::Language(_))), "{language}");
    }
}

#[test]
fn characters_without_a_shape_are_replaced_and_told() {
    let printed = print(&sample("en", "Name: 山田 \u{1f600} Ştefăniţă Ḥasan Σοφία Олена")).unwrap();
    assert_eq!(printed.replaced, BTreeSet::from(['山', '田', '\u{1f600}']));
}

#[test]
fn characters_of_the_four_languages_all_have_shapes() {
    let text =
        "àâæçéèêëîïôœùûüÿ ÁÉÍÓÚÑ¿¡ «» “” ’ – — … № ☐ → ابتثجحخدذرزسشصضطظعغفقكلمنهوي ءآأؤإئىة ًٌٍَُِّْ ٠١٢٣ ،؛؟٪";
    assert!(print(&sample("ar", text)).unwrap().replaced.is_empty());
}

#[test]
fn a_word_wider_than_the_page_is_broken() {
    let document = sample("en", &"a".repeat(9_000));
    assert!(print(&document).unwrap().pages > 1);
}

#[test]
fn a_date_between_arabic_letters_keeps_its_order() {
    let fonts = fonts::Fonts::load().unwrap();
    let mut shaper = shape::Shaper { fonts: &fonts, right_to_left: true, replaced: BTreeSet::new() };
    let paragraph = shaper.paragraphs("بعد 2027-03-09 يجوز", false).remove(0);
    let pieces = paragraph.words.iter().flat_map(|word| &word.pieces);
    let levels: BTreeSet<u8> =
        pieces.filter(|piece| piece.text.contains('0')).map(|piece| piece.level.number()).collect();
    assert_eq!(levels, BTreeSet::from([2]));
}

#[test]
fn text_that_runs_to_the_left_is_told_by_its_tag_in_the_order_of_reading() {
    let bytes = set(&sample("ar", "طفل")).unwrap();
    let utf16: Vec<u8> = "طفل".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let told =
        format!("/ActualText <FEFF{}>", utf16.iter().map(|byte| format!("{byte:02X}")).collect::<String>());
    assert!(contains(&bytes, &told));
}

#[test]
fn a_smaller_font_keeps_the_parts_of_its_composite_glyphs_and_their_widths() {
    let bytes = include_bytes!("../../fonts/NotoSans-Regular.ttf");
    let whole = sfnt::Sfnt::read(bytes).unwrap();
    let fonts = fonts::Fonts::load().unwrap();
    let face = fonts.face(fonts.choose('é', false, false).unwrap()).unwrap();
    let [accented, plain] = ["é", "e"].map(|text| face.shape(text, false)[0].id);
    let small = whole.subset(&BTreeSet::from([accented])).unwrap();
    assert_eq!(small, whole.subset(&BTreeSet::from([accented, plain])).unwrap());
    assert_ne!(small, whole.subset(&BTreeSet::from([plain])).unwrap());
    let read = sfnt::Sfnt::read(&small).unwrap();
    assert_eq!(read.advance(accented), whole.advance(accented));
    assert!(small.len() < bytes.len() / 5, "{}", small.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_can_be_set(text in "\\PC{0,60}|[a-z \u{5d0}-\u{5ea}\u{620}-\u{65f}0-9()\u{200b}-\u{200f}\u{202a}-\u{202e}\n]{0,80}", rtl: bool) {
        let mut document = sample(if rtl { "ar" } else { "en" }, &text);
        document.title.insert(0, 'T');
        let printed = print(&document).unwrap();
        prop_assert!(printed.bytes.starts_with(b"%PDF") && printed.pages >= 1);
    }
}
