//! Statements for many rows.

use super::*;
use crate::store::{Bulk, Value};

static OFFER: Bulk = Bulk::new(
    "/* test_bulk */ INSERT INTO witnessed (origin, size, root) VALUES",
    3,
    " ON CONFLICT (origin) DO NOTHING RETURNING origin, size",
);
static CHANGE: Bulk = Bulk::new(
    "/* test_change */ UPDATE witnessed SET size = told.column2 FROM (VALUES",
    2,
    ") AS told WHERE witnessed.origin = told.column1 RETURNING witnessed.origin",
);

fn row(number: u64) -> Vec<Value> {
    vec![format!("{number:04}").into(), number.into(), vec![0u8; 32].into()]
}

async fn sizes(store: &Store) -> Vec<u64> {
    let sql = "/* test */ SELECT size FROM witnessed ORDER BY origin";
    store.fetch_all(sql, &[]).await.unwrap().iter().map(|row| row.unsigned(0).unwrap()).collect()
}

/// 147 rows are two pieces of 64, one of 16 and three of 1.
#[tokio::test(flavor = "multi_thread")]
async fn many_rows_are_written_in_pieces_and_only_those_that_are_new_come_back() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test_bulk").await.unwrap();
        assert_eq!(tx.execute_many(&OFFER, &[]).await.unwrap().len(), 0);
        let some: Vec<_> = [3, 70, 146].map(row).into();
        assert_eq!(tx.execute_many(&OFFER, &some).await.unwrap().len(), 3);
        let all: Vec<_> = (0..147).map(row).collect();
        let new = tx.execute_many(&OFFER, &all).await.unwrap();
        let new: Vec<u64> = new.iter().map(|row| row.unsigned(1).unwrap()).collect();
        assert_eq!(new, (0..147).filter(|number| ![3, 70, 146].contains(number)).collect::<Vec<_>>());
        tx.commit().await.unwrap();
        assert_eq!(sizes(&store).await, (0..147).collect::<Vec<_>>());
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rows_are_changed_each_as_told_and_a_stranger_changes_nothing() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test_bulk").await.unwrap();
        tx.execute_many(&OFFER, &(0..20).map(row).collect::<Vec<_>>()).await.unwrap();
        let told: Vec<Vec<Value>> =
            (10..30u64).map(|number| vec![format!("{number:04}").into(), (number * 2).into()]).collect();
        assert_eq!(tx.execute_many(&CHANGE, &told).await.unwrap().len(), 10);
        tx.commit().await.unwrap();
        let expected: Vec<u64> = (0..10).chain((10..20).map(|number| number * 2)).collect();
        assert_eq!(sizes(&store).await, expected);
        store.close().await;
    })
    .await;
}
