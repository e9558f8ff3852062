//! What is in a column, told from its name.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Forenames.
    Forename,
    /// Family name.
    Family,
    /// A whole name.
    FullName,
    /// Date of birth.
    Birth,
    /// E-mail address.
    Email,
    /// Telephone, document, account: the same or not, perhaps with a slip.
    Identifier,
    /// A place.
    Place,
    /// Sex.
    Sex,
    /// Any other text.
    Text,
    /// Identifies the row, or is not compared.
    Ignored,
}

/// A column that is compared.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) at: usize,
    pub(super) kind: FieldKind,
}

/// Words in the name of a column, and what it then holds; the first that fits.
const KNOWN: [(&[&str], FieldKind); 10] = [
    (
        &["cluster", "unique_id", "row_id", "rec_id", "record_id", "source", "note", "created"],
        FieldKind::Ignored,
    ),
    (
        &[
            "birthplace",
            "place_of_birth",
            "city",
            "town",
            "suburb",
            "address",
            "street",
            "place",
            "postcode",
            "zip",
            "state",
            "country",
            "nationality",
        ],
        FieldKind::Place,
    ),
    (&["dob", "birth", "born"], FieldKind::Birth),
    (&["email", "e-mail", "e_mail", "mail"], FieldKind::Email),
    (
        &[
            "phone",
            "telephone",
            "mobile",
            "passport",
            "document",
            "soc_sec",
            "ssn",
            "iban",
            "account",
            "plate",
            "identity",
        ],
        FieldKind::Identifier,
    ),
    (&["surname", "family", "last_name", "lastname", "last name"], FieldKind::Family),
    (&["first_name", "forename", "given", "firstname", "first name"], FieldKind::Forename),
    (&["name"], FieldKind::FullName),
    (&["sex", "gender"], FieldKind::Sex),
    (&["id"], FieldKind::Ignored),
];

pub(super) fn of(columns: &[String]) -> Vec<Column> {
    let named = columns.iter().enumerate().map(|(at, name)| {
        let plain = name.to_lowercase();
        let fits = |word: &&str| {
            if *word == "id" { plain == "id" || plain.ends_with("_id") } else { plain.contains(*word) }
        };
        let kind = KNOWN
            .iter()
            .find(|(words, _)| words.iter().any(&fits))
            .map_or(FieldKind::Text, |(_, kind)| *kind);
        Column { name: name.clone(), at, kind }
    });
    named.filter(|column| column.kind != FieldKind::Ignored).collect()
}
