//! The file (ISO 32000-1, 7.7 and 14.7): catalogue, pages, the tree of tags.

use super::{
    Document, PdfError, Printed,
    embed::embed,
    fonts::{FaceId, Fonts},
    layout::{Laid, PAGE, lay_out},
    metadata,
    paint::{GREY, Painted, Used, font_name},
    plan::Plan,
};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{
    Date, Filter, Finish, Name, Pdf, Rect, Ref, TextStr,
    types::{Direction, ListNumbering, StructRole, TabOrder},
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Gives out numbers of objects.
pub(super) struct Refs(i32);

impl Refs {
    pub(super) fn next(&mut self) -> Ref {
        self.0 = self.0.saturating_add(1);
        Ref::new(self.0)
    }

    fn take(&mut self, count: usize) -> Vec<Ref> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// Deflated, as all longer streams are.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, 6)
}

/// The numbers of the objects that others name.
struct Places {
    catalogue: Ref,
    tree: Ref,
    info: Ref,
    metadata: Ref,
    root: Ref,
    pages: Vec<Ref>,
    nodes: Vec<Ref>,
}

pub(super) fn write(document: &Document, fonts: &Fonts) -> Result<Printed, PdfError> {
    let plan = Plan::of(document);
    let mut used = Used::default();
    let mut painted = Vec::new();
    // Of each page only what the file will have is kept; glyphs of a thousand pages are a gigabyte.
    let laid = lay_out(&plan, fonts, |page| painted.push(Painted::default().paint(&page, fonts, &mut used)));
    let count = painted.len();
    let below =
        |(index, page): (usize, Painted)| page.paint(&laid.below(fonts, index + 1, count), fonts, &mut used);
    let painted: Vec<Painted> = painted.into_iter().enumerate().map(below).collect();
    let mut pdf = Pdf::new();
    let mut refs = Refs(0);
    let [catalogue, tree, info, metadata, root] = std::array::from_fn(|_| refs.next());
    let (page_refs, nodes) = (refs.take(count), refs.take(plan.nodes.len()));
    let places = Places { catalogue, tree, info, metadata, root, pages: page_refs, nodes };
    let faces = embed(&mut pdf, &mut refs, fonts, &used)?;
    pdf.pages(places.tree).kids(places.pages.iter().copied()).count(number(count));
    for (index, page) in painted.iter().enumerate() {
        write_page(&mut pdf, &mut refs, &places, index, page, &faces);
    }
    tags(&mut pdf, &places, &plan, &laid, &painted);
    let id = identity(document, &painted);
    describe(&mut pdf, &places, document, &id);
    pdf.set_file_id((id.clone(), id));
    Ok(Printed { bytes: pdf.finish(), pages: count, replaced: laid.replaced })
}

/// Counts here are bounded by [`super::MAX_CHARACTERS`].
fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Sixteen bytes that another document has not (14.4).
fn identity(document: &Document, painted: &[Painted]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for text in [&document.title, &document.language, &document.date.to_string()] {
        hash.update(text);
        hash.update([0]);
    }
    painted.iter().flat_map(|page| &page.contents).for_each(|content| hash.update(content));
    hash.finalize().iter().take(16).copied().collect()
}

fn write_page(
    pdf: &mut Pdf,
    refs: &mut Refs,
    places: &Places,
    index: usize,
    painted: &Painted,
    faces: &BTreeMap<FaceId, Ref>,
) {
    let contents = refs.take(painted.contents.len());
    let Some(id) = places.pages.get(index) else { return };
    let mut page = pdf.page(*id);
    page.parent(places.tree)
        .media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1))
        .contents_array(contents.iter().copied())
        .tab_order(TabOrder::StructureOrder)
        .struct_parents(number(index));
    let mut resources = page.resources();
    resources.color_spaces().insert(GREY).start::<pdf_writer::writers::ColorSpace>().d65_gray();
    let mut fonts = resources.fonts();
    for face in &painted.faces {
        if let Some(place) = faces.get(face) {
            fonts.pair(Name(font_name(*face).as_bytes()), *place);
        }
    }
    fonts.finish();
    resources.finish();
    page.finish();
    for (place, content) in contents.iter().zip(&painted.contents) {
        pdf.stream(*place, content).filter(Filter::FlateDecode);
    }
}

/// What stands below a node: other nodes, or marks on pages.
#[derive(Default, Clone)]
struct Below {
    nodes: Vec<Ref>,
    /// Page and number of the mark on it.
    marks: Vec<(Ref, i32)>,
}

fn below(places: &Places, plan: &Plan<'_>, painted: &[Painted]) -> Vec<Below> {
    let mut all = vec![Below::default(); plan.nodes.len()];
    for (node, place) in plan.nodes.iter().zip(&places.nodes) {
        if let Some(parent) = node.parent.and_then(|parent| all.get_mut(parent)) {
            parent.nodes.push(*place);
        }
    }
    for (page, place) in painted.iter().zip(&places.pages) {
        for (mark, node) in page.marks.iter().enumerate() {
            if let Some(below) = all.get_mut(*node) {
                below.marks.push((*place, number(mark)));
            }
        }
    }
    all
}

fn tags(pdf: &mut Pdf, places: &Places, plan: &Plan<'_>, laid: &Laid<'_>, painted: &[Painted]) {
    let below = below(places, plan, painted);
    for (index, ((node, place), below)) in plan.nodes.iter().zip(&places.nodes).zip(&below).enumerate() {
        let parent = node.parent.and_then(|parent| places.nodes.get(parent)).copied().unwrap_or(places.root);
        let mut element = pdf.struct_element(*place);
        element.kind(node.role).parent(parent);
        if let Some(text) = laid.spoken.get(&index) {
            element.actual_text(TextStr(text));
        }
        if node.role == StructRole::L {
            element.attributes().push().list().list_numbering(ListNumbering::Disc);
        }
        let mut children = element.children();
        for child in &below.nodes {
            children.struct_element(*child);
        }
        for (page, mark) in &below.marks {
            children.marked_content_ref().page(*page).marked_content_id(*mark);
        }
    }
    tree(pdf, places, painted);
}

/// The root of the tags, and the way from a mark to its tag.
fn tree(pdf: &mut Pdf, places: &Places, painted: &[Painted]) {
    let mut lists = Vec::new();
    for page in painted {
        lists.push(page.marks.iter().filter_map(|node| places.nodes.get(*node)).copied().collect::<Vec<_>>());
    }
    let mut root = pdf.indirect(places.root).start::<pdf_writer::writers::StructTreeRoot>();
    if let Some(first) = places.nodes.first() {
        root.children().item(*first);
    }
    root.parent_tree_next_key(number(painted.len()));
    let mut tree = root.insert(Name(b"ParentTree")).dict();
    let mut numbers = tree.insert(Name(b"Nums")).array();
    for (index, list) in lists.into_iter().enumerate() {
        numbers.item(number(index));
        numbers.push().array().items(list);
    }
}

fn describe(pdf: &mut Pdf, places: &Places, document: &Document, id: &[u8]) {
    let name: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let packet = metadata::packet(document, &format!("uuid:{name}"));
    pdf.metadata(places.metadata, packet.as_bytes());
    pdf.document_info(places.info)
        .title(TextStr(document.title.trim()))
        .producer(TextStr(metadata::producer()))
        .creation_date(day(document));
    let mut catalogue = pdf.catalog(places.catalogue);
    catalogue.pages(places.tree).metadata(places.metadata).lang(TextStr(&document.language));
    catalogue.mark_info().marked(true);
    catalogue.pair(Name(b"StructTreeRoot"), places.root);
    let direction = if document.right_to_left() { Direction::R2L } else { Direction::L2R };
    catalogue.viewer_preferences().display_doc_title(true).direction(direction);
}

fn day(document: &Document) -> Date {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    Date::new(u16::try_from(document.date.year()).unwrap_or(0))
        .month(part(document.date.month()))
        .day(part(document.date.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
