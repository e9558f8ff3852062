//! The names of Comity's `parameter` elements; the crate's README lists what they hold.

/// The `code` by which a message says that it holds Comity's parameters.
pub(super) const CODE: &str = "comity:1";
/// `valueName` of a country's geocode.
pub(super) const COUNTRY: &str = "ISO3166-1";
pub(super) const CHILD: &str = "comity:child";
pub(super) const TAKER: &str = "comity:taker";
pub(super) const CASE_KIND: &str = "comity:case-kind";
pub(super) const CIRCUMSTANCES: &str = "comity:circumstances";
pub(super) const PLACE: &str = "comity:last-seen";
pub(super) const VEHICLE: &str = "comity:vehicle";
pub(super) const PLATE: &str = "comity:vehicle.plate";
/// `resourceDesc` of the child's photograph.
pub(super) const PHOTOGRAPH: &str = "Photograph of the child";
