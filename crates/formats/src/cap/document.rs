//! A CAP 1.2 document as data; the names are those of the specification (section 3.2).

use super::{CapTime, Circle, Polygon};
use comity_model::Nonsense;
use std::str::FromStr;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = concat!("`", $text, "`")] $variant),* }

        impl $name {
            /// Every word, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word as CAP writes it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl FromStr for $name {
            type Err = Nonsense;
            fn from_str(text: &str) -> Result<Self, Nonsense> {
                let known = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                known.ok_or_else(|| Nonsense::new(text, concat!("one of: " $(, $text, " ")*)))
            }
        }
    )*};
}

words! {
    /// How the message is to be handled.
    Status {
        Actual = "Actual", Exercise = "Exercise", System = "System", Test = "Test", Draft = "Draft"
    }
    /// The nature of the message.
    MsgType {
        Alert = "Alert", Update = "Update", Cancel = "Cancel", Ack = "Ack", Error = "Error"
    }
    /// For whom it is meant.
    Scope { Public = "Public", Restricted = "Restricted", Private = "Private" }
    /// The category of the event.
    Category {
        Geo = "Geo", Met = "Met", Safety = "Safety", Security = "Security", Rescue = "Rescue", Fire = "Fire",
        Health = "Health", Env = "Env", Transport = "Transport", Infra = "Infra", Cbrne = "CBRNE",
        Other = "Other"
    }
    /// The action recommended.
    ResponseType {
        Shelter = "Shelter", Evacuate = "Evacuate", Prepare = "Prepare", Execute = "Execute",
        Avoid = "Avoid", Monitor = "Monitor", Assess = "Assess", AllClear = "AllClear", None = "None"
    }
    /// How soon to act.
    Urgency {
        Immediate = "Immediate", Expected = "Expected", Future = "Future", Past = "Past", Unknown = "Unknown"
    }
    /// How grave it is.
    Severity {
        Extreme = "Extreme", Severe = "Severe", Moderate = "Moderate", Minor = "Minor", Unknown = "Unknown"
    }
    /// How certain it is.
    Certainty {
        Observed = "Observed", Likely = "Likely", Possible = "Possible", Unlikely = "Unlikely",
        Unknown = "Unknown"
    }
}

/// An earlier message, as `references` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapReference {
    /// Its sender.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent.
    pub sent: CapTime,
}

/// A name with its value: parameters, event codes, geocodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapPair {
    /// The name, in whose domain the value is defined.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A file that belongs to the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapResource {
    /// What it is.
    pub description: String,
    /// Its media type.
    pub mime_type: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Where it is; never fetched.
    pub uri: Option<String>,
    /// Its content in base64.
    pub deref_uri: Option<String>,
    /// Its SHA-1 in hexadecimal, as the specification has it.
    pub digest: Option<String>,
}

/// An area.
#[derive(Debug, Clone, PartialEq)]
pub struct CapArea {
    /// The area in words.
    pub description: String,
    /// Closed polygons.
    pub polygons: Vec<Polygon>,
    /// Circles.
    pub circles: Vec<Circle>,
    /// Geographic codes.
    pub geocodes: Vec<CapPair>,
    /// Altitude, or the floor of a range, in feet above mean sea level.
    pub altitude: Option<f64>,
    /// The ceiling of the range, in feet.
    pub ceiling: Option<f64>,
}

/// What the message says, in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct CapInfo {
    /// The language, by RFC 3066; `en-US` where it is absent.
    pub language: Option<String>,
    /// One or more categories.
    pub categories: Vec<Category>,
    /// The event in words.
    pub event: String,
    /// Actions recommended.
    pub response_types: Vec<ResponseType>,
    /// How soon to act.
    pub urgency: Urgency,
    /// How grave it is.
    pub severity: Severity,
    /// How certain it is.
    pub certainty: Certainty,
    /// For whom it is.
    pub audience: Option<String>,
    /// Codes of the event.
    pub event_codes: Vec<CapPair>,
    /// From when it applies.
    pub effective: Option<CapTime>,
    /// When the event begins or began.
    pub onset: Option<CapTime>,
    /// When it ends to apply.
    pub expires: Option<CapTime>,
    /// Who says it, in words.
    pub sender_name: Option<String>,
    /// A headline.
    pub headline: Option<String>,
    /// What happens.
    pub description: Option<String>,
    /// What to do.
    pub instruction: Option<String>,
    /// Where to read more.
    pub web: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Parameters of the system that sent it.
    pub parameters: Vec<CapPair>,
    /// Files.
    pub resources: Vec<CapResource>,
    /// Areas.
    pub areas: Vec<CapArea>,
}

/// A CAP 1.2 alert message.
#[derive(Debug, Clone, PartialEq)]
pub struct CapDocument {
    /// Its identifier, unique at the sender; no spaces, commas, `<` or `&`.
    pub identifier: String,
    /// Its sender; no spaces, commas, `<` or `&`.
    pub sender: String,
    /// When it was sent.
    pub sent: CapTime,
    /// How it is to be handled.
    pub status: Status,
    /// Its nature.
    pub msg_type: MsgType,
    /// What set it off.
    pub source: Option<String>,
    /// For whom it is meant.
    pub scope: Scope,
    /// The rule that limits a `Restricted` message.
    pub restriction: Option<String>,
    /// The addressees of a `Private` message.
    pub addresses: Option<String>,
    /// Codes of the message.
    pub codes: Vec<String>,
    /// A note, for `Cancel` and `Error` above all.
    pub note: Option<String>,
    /// Earlier messages.
    pub references: Vec<CapReference>,
    /// Incidents it belongs to.
    pub incidents: Option<String>,
    /// What it says, once for each language.
    pub info: Vec<CapInfo>,
    /// Does it hold an XML signature? It is kept out of the data, and not verified.
    pub signed: bool,
}
