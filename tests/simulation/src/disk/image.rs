//! What is in a folder, what of it is durable, and what is left of it when the power goes.

use std::{collections::BTreeMap, path::PathBuf};

use super::Chance;

/// What a disk writes as a whole or not at all.
const SECTOR: usize = 512;

/// All files of a folder by their paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Image(pub BTreeMap<PathBuf, Name>);

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// What it stood for since the folder was last synchronised, the oldest first. Without any, `present` is durable.
    pub past: Vec<Option<Content>>,
    pub present: Option<Content>,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub bytes: Vec<u8>,
    /// What led to `bytes` since the file was last synchronised.
    pub changes: Vec<Change>,
}

/// A write or a truncation.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub offset: usize,
    /// What was there before, as far as the file went.
    pub old: Vec<u8>,
    pub new: Vec<u8>,
    pub size_before: usize,
    pub size_after: usize,
}

/// What becomes of a change.
enum Fate {
    Kept,
    Torn,
    Lost,
}

impl Image {
    pub fn after_power_loss(self, chance: &mut Chance<'_>) -> Self {
        let names = self.0.into_iter().filter_map(|(path, name)| {
            let mut stages = name.past;
            stages.push(name.present);
            let content = stages.swap_remove(pick(chance, stages.len()))?;
            let content = Content { bytes: content.after_power_loss(chance), changes: Vec::new() };
            Some((path, Name { past: Vec::new(), present: Some(content) }))
        });
        Self(names.collect())
    }
}

impl Content {
    fn after_power_loss(self, chance: &mut Chance<'_>) -> Vec<u8> {
        let mut bytes = self.bytes;
        if self.changes.is_empty() {
            return bytes;
        }
        for change in self.changes.iter().rev() {
            change.undo(&mut bytes);
        }
        let mut sizes = vec![bytes.len()];
        sizes.extend(self.changes.iter().map(|change| change.size_after));
        // In any order a long log is broken right at its beginning, and nothing rarer is seen: so most disks keep it.
        let in_any_order = pick(chance, 3) == 0;
        let torn = pick(chance, self.changes.len() + 1);
        for (index, change) in self.changes.iter().enumerate() {
            let fate = match (in_any_order, index.cmp(&torn)) {
                (true, _) => match pick(chance, 3) {
                    0 => Fate::Kept,
                    1 => Fate::Torn,
                    _ => Fate::Lost,
                },
                (false, std::cmp::Ordering::Less) => Fate::Kept,
                (false, std::cmp::Ordering::Equal) => Fate::Torn,
                (false, std::cmp::Ordering::Greater) => Fate::Lost,
            };
            match fate {
                Fate::Kept => change.redo(&mut bytes),
                Fate::Torn => change.tear(&mut bytes, chance),
                Fate::Lost => {}
            }
        }
        // The size is written apart from the sectors: some may lie behind it, or it may be ahead of them.
        if pick(chance, 3) == 0
            && let Some(size) = sizes.get(pick(chance, sizes.len()))
        {
            bytes.resize(*size, 0);
        }
        bytes
    }
}

impl Change {
    fn undo(&self, bytes: &mut Vec<u8>) {
        bytes.resize(self.size_before, 0);
        put(bytes, self.offset, &self.old);
    }

    pub fn redo(&self, bytes: &mut Vec<u8>) {
        if self.new.is_empty() {
            bytes.resize(self.size_after, 0);
        }
        put(bytes, self.offset, &self.new);
    }

    fn tear(&self, bytes: &mut Vec<u8>, chance: &mut Chance<'_>) {
        if self.new.is_empty() {
            if pick(chance, 2) == 0 {
                self.redo(bytes);
            }
            return;
        }
        let sectors = sectors(self.offset, &self.new);
        let first = pick(chance, sectors.len() + 1);
        let scattered = pick(chance, 2) == 0;
        for (index, (offset, sector)) in sectors.into_iter().enumerate() {
            if if scattered { pick(chance, 2) == 0 } else { index < first } {
                put(bytes, offset, sector);
            }
        }
    }
}

/// The parts of a write that lie in one sector each.
fn sectors(offset: usize, new: &[u8]) -> Vec<(usize, &[u8])> {
    let head = (SECTOR - offset % SECTOR).min(new.len());
    let (head, rest) = new.split_at(head);
    let mut at = offset;
    let mut parts = Vec::with_capacity(rest.len() / SECTOR + 2);
    for part in std::iter::once(head).chain(rest.chunks(SECTOR)) {
        parts.push((at, part));
        at += part.len();
    }
    parts
}

fn put(bytes: &mut Vec<u8>, offset: usize, part: &[u8]) {
    if part.is_empty() {
        return;
    }
    let end = offset + part.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(place) = bytes.get_mut(offset..end) {
        place.copy_from_slice(part);
    }
}

fn pick(chance: &mut Chance<'_>, n: usize) -> usize {
    let below = u32::try_from(n).unwrap_or(u32::MAX).max(1);
    usize::try_from(chance(below) % below).unwrap_or_default()
}
