//! What other scanners made of the same pictures, as a script of the pictures' folder has written it down.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context;
use serde::Deserialize;

use super::truth::Subject;

#[derive(Deserialize)]
struct Line {
    file: String,
    peer: String,
    texts: Vec<String>,
    cpu_ms: f64,
}

/// What one peer made of one file.
pub struct Answer {
    pub texts: Vec<String>,
    pub cpu_ms: f64,
}

/// All peers, each with its answers by file.
#[derive(Default)]
pub struct Peers(BTreeMap<String, BTreeMap<String, Answer>>);

/// What a peer made of one subject.
pub struct PeerResult {
    /// The frame in which it first read it, from 1; a picture has one.
    pub read_at: Option<usize>,
    pub false_payloads: usize,
    /// Of each frame that both have looked at, in milliseconds.
    pub cpu_ms: Vec<f64>,
}

impl Peers {
    /// Reads one JSON object a line: `file`, `peer`, `texts`, `cpu_ms`.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut peers = Self::default();
        for (line, number) in text.lines().zip(1..) {
            let Line { file, peer, texts, cpu_ms } = serde_json::from_str(line).with_context(|| {
                format!("line {number} of {} is no object with file, peer, texts and cpu_ms", path.display())
            })?;
            peers.0.entry(peer).or_default().insert(file, Answer { texts, cpu_ms });
        }
        Ok(peers)
    }

    /// In the order of their columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// `None` where the peer was not given the subject. Times are of the first `looked_at` frames.
    pub fn result(&self, peer: &str, subject: &Subject, looked_at: usize) -> Option<PeerResult> {
        let answers = self.0.get(peer)?;
        let mut result = PeerResult { read_at: None, false_payloads: 0, cpu_ms: Vec::new() };
        for (frame, number) in subject.frames.iter().zip(1..) {
            let answer = answers.get(&frame.file)?;
            let judged = subject.expected.judge(answer.texts.iter().map(String::as_str));
            result.read_at = result.read_at.or(judged.read.then_some(number));
            result.false_payloads += judged.false_payloads.len();
            if number <= looked_at {
                result.cpu_ms.push(answer.cpu_ms);
            }
        }
        Some(result)
    }
}
