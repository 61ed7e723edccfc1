//! The page of a demo journey: one HTML file that needs no network and opens in any browser.
//!
//! Whoever fills a [`Report`] gives texts in the report's own language, ready from the core; the page
//! adds only its own headings ([`labels`]) and how long things took.

mod labels;
mod ladder;
mod page;
mod picture;
mod qr;
mod wallet;

use std::time::Duration;

pub use picture::{PagePicture, picture_for_page};

/// The page's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    Ru,
    En,
}

/// All that the page tells.
pub struct Report {
    pub lang: Lang,
    /// The day of the story, in words.
    pub story_date: String,
    /// Who it is about, masked: a page may be passed on.
    pub member: String,
    pub steps: Vec<Step>,
    /// In the order they were taken.
    pub photographs: Vec<Photograph>,
    pub tier_before: TierCard,
    pub tier_after: TierCard,
    /// From the first tier up.
    pub ladder: Vec<Rung>,
    /// What the journey added to the sum.
    pub credited: String,
    pub timings: Vec<Timing>,
    /// What the phone told by itself.
    pub chapters: Vec<Chapter>,
    /// What the feed showed at the first tier …
    pub feed_before: Vec<News>,
    /// … and at the end, with the news for the new tier.
    pub feed_after: Vec<News>,
    /// Made offline by the killed process; confirmed or refused since.
    pub registrations: Vec<Ticket>,
    pub card: Option<CardFace>,
    /// The verified pass, then forged ones, then the Google link.
    pub wallet: Vec<WalletCheck>,
}

/// Something that the phone told.
#[derive(Clone)]
pub struct Chapter {
    pub title: String,
    /// Under the title.
    pub story: String,
    pub lines: Vec<Line>,
}

impl Chapter {
    /// Under the title of a step of the journey.
    pub fn new(step: (&str, &str), story: &str, lines: Vec<Line>) -> Self {
        Self { title: step.0.to_owned(), story: story.to_owned(), lines }
    }
}

/// A line of a chapter.
#[derive(Clone)]
pub struct Line {
    /// When, or how much; empty where there is neither.
    pub label: String,
    pub text: String,
}

impl Line {
    /// Of texts that are ready to be read.
    pub fn new(label: String, text: String) -> Self {
        Self { label, text }
    }
}

/// One step of the journey.
#[derive(Clone)]
pub struct Step {
    pub number: usize,
    pub title: String,
    pub detail: String,
    pub took: Duration,
}

/// One picture handed to the scanner, and what became of it.
pub struct Photograph {
    pub title: String,
    pub file: String,
    /// Nothing where the file holds no picture that can be shown.
    pub picture: Option<PagePicture>,
    /// The code's corners in the pixels of the file's picture.
    pub outline: Option<[(f32, f32); 4]>,
    pub receipt: Option<ReceiptFacts>,
    pub verdict: Verdict,
    pub captured_offline: bool,
    pub scan: Duration,
}

/// What stands in a receipt's code.
pub struct ReceiptFacts {
    pub total: String,
    pub issued_at: String,
    pub drive_number: String,
    pub document_number: String,
    pub fiscal_sign: String,
    pub operation: String,
}

/// What a photograph came to.
pub struct Verdict {
    pub kind: VerdictKind,
    pub label: String,
    pub reason: Option<String>,
    pub next_step: Option<String>,
}

/// The kinds of verdicts, as far as the page draws them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    Credited,
    Pending,
    Rejected,
    Returned,
    Duplicate,
    NotAReceipt,
    Unreadable,
}

/// Where the member stands.
pub struct TierCard {
    /// `vesna`, `leto`, `osen` or `zima` has its season's colour; any other a neutral one.
    pub id: String,
    pub name: String,
    pub sum_kopecks: i64,
    pub sum: String,
    /// What the core says of it, such as how much is missing for the next tier.
    pub sentence: String,
}

/// One tier of the ladder.
pub struct Rung {
    pub id: String,
    pub name: String,
    pub at_least_kopecks: i64,
    pub at_least: String,
}

/// How long one kind of work took.
pub struct Timing {
    pub what: String,
    pub took: Duration,
}

/// One piece of the feed.
pub struct News {
    /// Its label, such as "event".
    pub kind: String,
    pub title: String,
    pub body: String,
    pub picture: Option<PagePicture>,
    /// Was not in the feed at the start.
    pub is_new: bool,
}

/// A registration for an event, drawn as its ticket where it was confirmed.
pub struct Ticket {
    pub title: String,
    pub place: String,
    pub starts_at: String,
    pub state: String,
    pub sentence: String,
    pub next_step: Option<String>,
    pub confirmed: bool,
    pub code: Option<String>,
    /// Of the ticket's code.
    pub qr: Option<Qr>,
}

/// The member's card as a phone shows it.
pub struct CardFace {
    /// Gives the season's colour, as in [`TierCard`].
    pub tier_id: String,
    pub tier: String,
    /// Digits alone; the page groups them.
    pub number: String,
    pub active: bool,
    /// What the card's state is called.
    pub status: String,
    pub qr: Option<Qr>,
}

/// The modules of a QR code, without its margin.
pub struct Qr {
    pub size: u32,
    /// Row by row; true is dark.
    pub modules: Vec<bool>,
}

/// One pass or link handed to the wallet's check.
pub struct WalletCheck {
    pub title: String,
    pub accepted: bool,
    /// A sentence.
    pub reason: String,
    /// The stable code of the refusal.
    pub code: Option<String>,
}

/// Writes the whole page.
pub fn render(report: &Report) -> Result<String, askama::Error> {
    page::render(report)
}

#[cfg(test)]
mod tests;
