use super::*;
use crate::set::shipped::shipped;

#[test]
fn every_shipped_table_is_read() {
    let bundle = shipped();
    let tables = read(&bundle.id, &bundle.tables).unwrap();
    assert_eq!(tables.acceptances.len(), 180);
    assert_eq!(tables.participants.len(), 274);
}
