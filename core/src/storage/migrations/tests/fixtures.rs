//! The frozen databases of `tests/fixtures/db`: each release's, as the app itself left them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, types::Value};

use crate::storage::testing;

type Columns = BTreeMap<String, Vec<String>>;

/// A release's folder, by the number of its `member.db`'s schema.
pub fn release(schema: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/db").join(schema)
}

fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The tables, each with its columns.
fn columns(connection: &Connection) -> Columns {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let of_table = |table: String| {
        let columns = names(connection, &format!("SELECT name FROM pragma_table_info('{table}')"));
        (table, columns)
    };
    names(connection, sql).into_iter().map(of_table).collect()
}

/// All rows of these tables and columns, as text; but for where the feed of receipts goes on: an upgrade may have it told
/// anew.
fn rows(connection: &Connection, columns: &Columns) -> BTreeMap<String, Vec<String>> {
    let of_table = |(table, columns): (&String, &Vec<String>)| {
        let kept = if table == "cursors" { "WHERE resource <> 'receipts'" } else { "" };
        let sql = format!("SELECT {} FROM {table} {kept} ORDER BY 1, 2", columns.join(", "));
        let mut statement = connection.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| {
            let values: Result<Vec<Value>, _> = (0..columns.len()).map(|column| row.get(column)).collect();
            Ok(format!("{:?}", values?))
        });
        (table.clone(), rows.unwrap().collect::<Result<_, _>>().unwrap())
    };
    columns.iter().map(of_table).collect()
}

fn schema(connection: &Connection) -> Vec<String> {
    let sql = "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
    names(connection, sql).iter().map(|sql| sql.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[tokio::test]
async fn every_released_database_opens_with_every_row_and_the_schema_of_a_new_one() {
    let mut opened = 0;
    for folder in fs::read_dir(release("")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let (copy, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut before = Vec::new();
        for file in ["member.db", "cache.db"] {
            fs::copy(folder.join(file), copy.path().join(file)).unwrap();
            let old = Connection::open(copy.path().join(file)).unwrap();
            let columns = columns(&old);
            let rows = rows(&old, &columns);
            assert!(rows.values().all(|rows| !rows.is_empty()), "{folder:?}: a table without rows proves nothing");
            before.push((file, columns, rows));
        }
        for folder in [&copy, &new] {
            testing::open(folder.path()).await.unwrap().pause().await.unwrap();
        }
        for (file, columns, before) in before {
            let upgraded = Connection::open(copy.path().join(file)).unwrap();
            let fresh = Connection::open(new.path().join(file)).unwrap();
            assert_eq!(rows(&upgraded, &columns), before, "{folder:?}");
            assert_eq!(schema(&upgraded), schema(&fresh), "{folder:?}: {file}");
            assert_eq!(names(&upgraded, "PRAGMA integrity_check"), ["ok"], "{folder:?}: {file}");
            opened += 1;
        }
        let left = fs::read_dir(copy.path()).unwrap().map(|file| file.unwrap().file_name());
        assert!(!left.into_iter().any(|name| name.to_string_lossy().contains("damaged")), "{folder:?}");
    }
    assert!(opened >= 2);
}
