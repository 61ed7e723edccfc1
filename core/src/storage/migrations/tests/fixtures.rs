//! The frozen databases of `tests/fixtures/db`. A new one is written once, when a schema is released; how stands in
//! the folder's README.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, types::Value};

use super::super::{CACHE, Kind, MEMBER, upgrade};
use crate::storage::testing;

/// Something of everything that the schema of this number can hold.
pub const MEMBER_ROWS: &str = include_str!("../../../../../tests/fixtures/db/member-002.sql");
const CACHE_ROWS: &str = include_str!("../../../../../tests/fixtures/db/cache-002.sql");
const RELEASED: usize = 2;

type Columns = BTreeMap<String, Vec<String>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/db")
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

/// All rows of these tables and columns, as text.
fn rows(connection: &Connection, columns: &Columns) -> BTreeMap<String, Vec<String>> {
    let of_table = |(table, columns): (&String, &Vec<String>)| {
        let sql = format!("SELECT {} FROM {table} ORDER BY 1, 2", columns.join(", "));
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
    for fixture in fs::read_dir(folder()).unwrap() {
        let fixture = fixture.unwrap().path();
        let name = fixture.file_name().unwrap().to_str().unwrap();
        let Some(kind) = name.strip_suffix(".db").and_then(|name| name.split('-').next()) else { continue };
        let (copy, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = copy.path().join(format!("{kind}.db"));
        fs::copy(&fixture, &path).unwrap();
        let old = Connection::open(&path).unwrap();
        let columns = columns(&old);
        let before = rows(&old, &columns);
        drop(old);
        assert!(before.values().all(|rows| !rows.is_empty()), "{name}: a table without rows proves nothing");
        for folder in [&copy, &new] {
            testing::open(folder.path()).await.unwrap().pause().await.unwrap();
        }
        let upgraded = Connection::open(&path).unwrap();
        let fresh = Connection::open(new.path().join(format!("{kind}.db"))).unwrap();
        assert_eq!(rows(&upgraded, &columns), before, "{name}");
        assert_eq!(schema(&upgraded), schema(&fresh), "{name}");
        assert_eq!(names(&upgraded, "PRAGMA integrity_check"), ["ok"], "{name}");
        assert!(
            !fs::read_dir(copy.path())
                .unwrap()
                .any(|file| { file.unwrap().file_name().to_string_lossy().contains("damaged") }),
            "{name}"
        );
        opened += 1;
    }
    assert!(opened >= 2);
}

/// Writes what is not there yet, where `VREMENA_FIXTURES=write` asks for it; an existing file is never touched.
#[test]
fn fixtures_are_small_and_written_where_it_is_asked_for() {
    if std::env::var("VREMENA_FIXTURES").is_ok_and(|asked| asked == "write") {
        let parts = [("member", Kind::Member, MEMBER, MEMBER_ROWS), ("cache", Kind::Cache, CACHE, CACHE_ROWS)];
        for (name, kind, migrations, rows) in parts {
            let path = folder().join(format!("{name}-{RELEASED:03}.db"));
            if !path.exists() {
                let mut connection = Connection::open(path).unwrap();
                upgrade(&mut connection, kind, &migrations[..RELEASED]).unwrap();
                connection.execute_batch(rows).unwrap();
                connection.execute_batch("VACUUM; PRAGMA journal_mode = WAL").unwrap();
            }
        }
    }
    for file in fs::read_dir(folder()).unwrap() {
        let file = file.unwrap();
        assert!(file.metadata().unwrap().len() < 100 * 1024, "{:?}", file.file_name());
    }
}
