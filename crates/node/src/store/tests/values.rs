//! Values go in and come out alike on both engines, nulls included.

use super::*;
use comity_model::AuthorityId;

const TABLE: &str = "/* test */ CREATE TABLE pocket (id BIGINT PRIMARY KEY, a TEXT, b BIGINT, c BYTEA)";
const INSERT: &str = "/* test */ INSERT INTO pocket (id, a, b, c) VALUES ($1, $2, $3, $4)";
const SELECT: &str = "/* test */ SELECT a, b, c FROM pocket WHERE id = $1";

async fn round_trip(store: &Store, id: i64, values: [Value; 3]) -> Row {
    let mut tx = store.begin("test_pocket").await.unwrap();
    let [a, b, c] = values;
    tx.execute(INSERT, &[id.into(), a, b, c]).await.unwrap();
    tx.commit().await.unwrap();
    store.fetch_optional(SELECT, &[id.into()]).await.unwrap().expect("the row")
}

async fn with_pocket(url: &crate::store::DatabaseUrl) -> Store {
    let store = open(url).await;
    let mut tx = store.begin("test_table").await.unwrap();
    tx.execute(TABLE, &[]).await.unwrap();
    tx.commit().await.unwrap();
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_in_comes_out() {
    on_both_engines(async |url| {
        let store = with_pocket(&url).await;
        let bytes = vec![0, 255, 39, 0];
        let text = "l'élève \u{645}\u{62d}\u{645}\u{62f} \"x\"; -- $1";
        let row = round_trip(&store, 1, [text.into(), i64::MIN.into(), bytes.clone().into()]).await;
        assert_eq!(
            (row.text(0).unwrap().as_str(), row.integer(1).unwrap(), row.bytes(2).unwrap()),
            (text, i64::MIN, bytes)
        );
        let row = round_trip(&store, 2, ["".into(), u64::MAX.into(), Vec::new().into()]).await;
        assert_eq!((row.text(0).unwrap().as_str(), row.integer(1).unwrap()), ("", i64::MAX));
        assert_eq!(row.optional_bytes(2).unwrap(), Some(Vec::new()), "empty is not null");
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_neither_empty_nor_zero_and_is_refused_where_a_value_must_be() {
    on_both_engines(async |url| {
        let store = with_pocket(&url).await;
        let nulls = [Value::from(None::<String>), Value::from(None::<i64>), Value::from(None::<Vec<u8>>)];
        let row = round_trip(&store, 1, nulls).await;
        assert!((0..3).all(|column| row.is_null(column)));
        assert_eq!(row.optional_text(0).unwrap(), None);
        assert_eq!(row.optional_integer(1).unwrap(), None);
        assert_eq!(row.optional_bytes(2).unwrap(), None);
        assert_eq!(row.optional_time(1).unwrap(), None);
        assert_eq!(row.optional_json::<serde_json::Value>(0).unwrap(), None);
        assert!(matches!(row.text(0), Err(StoreError::Corrupt { column: 0, .. })));
        assert!(matches!(row.integer(1), Err(StoreError::Corrupt { column: 1, .. })));
        assert!(matches!(row.bytes(2), Err(StoreError::Corrupt { column: 2, .. })));
        assert!(matches!(row.time(1), Err(StoreError::Corrupt { column: 1, .. })));
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_value_that_is_not_what_it_should_be_is_said_to_be_corrupt() {
    on_both_engines(async |url| {
        let store = with_pocket(&url).await;
        let row = round_trip(&store, 1, ["not a word {".into(), (-1_i64).into(), vec![1].into()]).await;
        assert!(matches!(row.unsigned(1), Err(StoreError::Corrupt { column: 1, expected: "a count" })));
        assert!(matches!(row.word::<AuthorityId>(0), Err(StoreError::Corrupt { column: 0, .. })));
        assert!(matches!(row.json::<serde_json::Value>(0), Err(StoreError::Corrupt { column: 0, .. })));
        assert!(matches!(row.integer(7), Err(StoreError::Corrupt { column: 7, .. })));
        let row = round_trip(&store, 2, ["x".into(), i64::MAX.into(), vec![1].into()]).await;
        assert!(matches!(row.time(1), Err(StoreError::Corrupt { column: 1, .. })));
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn times_keep_their_milliseconds_and_truth_is_one() {
    on_both_engines(async |url| {
        let store = with_pocket(&url).await;
        let time: Timestamp = "1969-12-31T23:59:59.123Z".parse().unwrap();
        let row = round_trip(&store, 1, ["x".into(), time.into(), vec![].into()]).await;
        assert_eq!(row.optional_time(1).unwrap(), Some(time));
        let row = round_trip(&store, 2, ["x".into(), true.into(), vec![].into()]).await;
        assert_eq!(row.integer(1).unwrap(), 1);
        store.close().await;
    })
    .await;
}
