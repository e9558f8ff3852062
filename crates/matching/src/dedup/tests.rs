use super::*;

fn table(rows: &[[&str; 4]]) -> Table {
    let columns = ["id", "name", "dob", "email"].map(str::to_owned).to_vec();
    Table { columns, rows: rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect() }
}

#[test]
fn the_same_person_written_otherwise_is_found_and_strangers_are_not() {
    let mut rows = vec![
        ["1", "Karim Bensaïd", "1984-06-02", "karim@example.org"],
        ["2", "Bensaid Kareem", "1984-06-02", ""],
        ["3", "Karim Bensaid", "1984-02-06", "karim@example.org"],
        ["4", "Anna Martin", "1990-11-23", "anna@example.org"],
    ];
    let strangers = ["Olaf", "Inès", "Piotr", "Yuki", "Maria", "Tomás", "Aigul", "Femi", "Leila", "Sven"];
    let dates = [
        "1961-01-09",
        "1972-02-18",
        "1983-03-27",
        "1994-04-06",
        "1965-05-15",
        "1976-06-24",
        "1987-07-03",
        "1998-08-12",
        "1969-09-21",
        "1970-10-30",
    ];
    for (name, date) in strangers.iter().zip(dates) {
        rows.push(["9", name, date, ""]);
    }
    let found = duplicates(&table(&rows));
    assert_eq!(&found.clusters[..4], &[0, 0, 0, 3]);
    assert!(found.clusters[4..].iter().enumerate().all(|(at, cluster)| *cluster == at + 4));
    assert_eq!(found.columns.len(), 3);
}

#[test]
fn an_empty_table_and_odd_rows_are_borne() {
    assert!(duplicates(&Table::default()).pairs.is_empty());
    let odd = Table {
        columns: vec!["name".into(), "dob".into()],
        rows: vec![vec![], vec!["\u{0}".into()], vec!["x".repeat(9000), "31/31/2000".into(), "more".into()]],
    };
    assert_eq!(duplicates(&odd).clusters.len(), 3);
}
