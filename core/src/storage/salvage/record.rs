//! Rows of table leaves: cells, overflow chains, records.

use std::{cell::Cell, collections::BTreeSet};

use super::pages::{Pages, Version};

const TABLE_LEAF: u8 = 0x0d;
const MOST_COLUMNS: usize = 64;

/// A stored value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
    /// A number with a fraction, a blob, or a text that is none.
    Other,
}

/// How a column is stored, as the row's head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Null,
    Integer,
    Text,
    Other,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    pub rowid: i64,
    pub values: Vec<Value>,
}

/// Reads rows, and spends a bounded effort on whatever bytes there are.
pub struct Reader<'a> {
    pages: &'a Pages<'a>,
    /// How many bytes of overflow pages may still be read. A sound file needs each of its pages once.
    overflow: Cell<usize>,
}

impl<'a> Reader<'a> {
    pub fn new(pages: &'a Pages<'a>) -> Self {
        Self { pages, overflow: Cell::new(pages.bytes().saturating_mul(2)) }
    }

    /// The rows of `version` whose columns `expected` takes, if it is a leaf of a table.
    pub fn rows(&self, version: &Version<'_>, expected: impl Fn(&[Column]) -> bool) -> Vec<Row> {
        let image = version.image;
        if image.first() != Some(&TABLE_LEAF) {
            return Vec::new();
        }
        let short =
            |at: usize| image.get(at..at + 2).map_or(0, |pair| usize::from(pair[0]) << 8 | usize::from(pair[1]));
        // Each once: cells do not share their place.
        let starts: BTreeSet<usize> =
            (0..short(3)).map_while(|cell| (10 + 2 * cell <= image.len()).then(|| short(8 + 2 * cell))).collect();
        starts.into_iter().filter_map(|start| self.row(image.get(start..)?, version, &expected)).collect()
    }

    fn row(&self, cell: &[u8], version: &Version<'_>, expected: impl Fn(&[Column]) -> bool) -> Option<Row> {
        let mut rest = cell;
        let length = usize::try_from(varint(&mut rest)?).ok()?;
        let rowid = varint(&mut rest)?;
        let local = self.local(length);
        let here = rest.get(..local)?;
        let types = head(here, length)?;
        if !expected(&types.iter().map(|serial| kind(*serial)).collect::<Vec<_>>()) {
            return None;
        }
        let mut payload = here.to_vec();
        if local < length {
            let mut next = u32::from_be_bytes(rest.get(local..local + 4)?.try_into().ok()?);
            while payload.len() < length {
                let wanted = (length - payload.len()).min(self.pages.usable() - 4);
                self.overflow.set(self.overflow.get().checked_sub(self.pages.usable())?);
                let image = self.pages.at(next, version.moment)?;
                next = u32::from_be_bytes(image.get(..4)?.try_into().ok()?);
                payload.extend_from_slice(image.get(4..4 + wanted)?);
            }
            // The last one of a chain says so.
            if next != 0 {
                return None;
            }
        }
        Some(Row { rowid, values: values(&payload, &types)? })
    }

    /// How many bytes of a payload of `length` stand in the cell itself.
    fn local(&self, length: usize) -> usize {
        let usable = self.pages.usable();
        let (most, least) = (usable - 35, (usable - 12) * 32 / 255 - 23);
        if length <= most {
            return length;
        }
        let local = least + (length - least) % (usable - 4);
        if local <= most { local } else { least }
    }
}

/// The serial types in the record's head, where they add up to `length` bytes exactly.
fn head(record: &[u8], length: usize) -> Option<Vec<i64>> {
    let mut rest = record;
    let size = usize::try_from(varint(&mut rest)?).ok()?;
    let mut rest = record.get(record.len() - rest.len()..size)?;
    let mut types = Vec::new();
    let mut sum = size;
    while !rest.is_empty() {
        let serial = varint(&mut rest)?;
        sum = sum.checked_add(width(serial)?)?;
        types.push(serial);
        if types.len() > MOST_COLUMNS {
            return None;
        }
    }
    (sum == length).then_some(types)
}

fn values(payload: &[u8], types: &[i64]) -> Option<Vec<Value>> {
    let body = payload.len().checked_sub(types.iter().filter_map(|serial| width(*serial)).sum())?;
    let mut rest = payload.get(body..)?;
    types
        .iter()
        .map(|serial| {
            let (bytes, after) = rest.split_at_checked(width(*serial)?)?;
            rest = after;
            Some(value(*serial, bytes))
        })
        .collect()
}

fn value(serial: i64, bytes: &[u8]) -> Value {
    match kind(serial) {
        Column::Null => Value::Null,
        Column::Integer if serial == 8 => Value::Integer(0),
        Column::Integer if serial == 9 => Value::Integer(1),
        Column::Integer => {
            let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            let start = if negative { -1 } else { 0 };
            Value::Integer(bytes.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
        }
        Column::Text => String::from_utf8(bytes.to_vec()).map_or(Value::Other, Value::Text),
        Column::Other => Value::Other,
    }
}

const fn kind(serial: i64) -> Column {
    match serial {
        0 => Column::Null,
        1..=6 | 8 | 9 => Column::Integer,
        13.. if serial % 2 == 1 => Column::Text,
        _ => Column::Other,
    }
}

/// How many bytes a value of this type takes; `None` for a type that there is not.
fn width(serial: i64) -> Option<usize> {
    match serial {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(serial).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        12.. => usize::try_from((serial - 12) / 2).ok(),
        _ => None,
    }
}

/// The next number of `bytes`: seven bits a byte, of the ninth all eight.
fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut number: u64 = 0;
    for index in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if index == 8 {
            number = number << 8 | u64::from(*byte);
        } else {
            number = number << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    Some(number.cast_signed())
}
