//! The feed, the tickets and the card, with what their pictures and codes are drawn from.

use super::page::{Drawn, drawn};
use super::qr::{DrawnQr, draw};
use super::{CardFace, News, Report, Ticket};

/// One side of the feed; a side without news is left out.
pub struct Feed<'a> {
    pub when: &'static str,
    pub tier_id: &'a str,
    pub tier: &'a str,
    pub pieces: Vec<Piece<'a>>,
}

pub struct Piece<'a> {
    pub news: &'a News,
    pub picture: Option<Thumbnail>,
}

/// A picture of the feed. Most of the news stand on both sides: the page embeds each picture once, and
/// shows it by its number from then on.
pub struct Thumbnail {
    pub number: usize,
    pub picture: Drawn,
    pub first: bool,
}

pub struct Slip<'a> {
    pub ticket: &'a Ticket,
    pub qr: Option<DrawnQr>,
}

pub struct Face<'a> {
    pub card: &'a CardFace,
    pub number: String,
    pub qr: Option<DrawnQr>,
}

pub fn feeds(report: &Report) -> Vec<Feed<'_>> {
    let words = report.lang.labels();
    let mut embedded: Vec<&[u8]> = Vec::new();
    [(words.before, &report.tier_before, &report.feed_before), (words.after, &report.tier_after, &report.feed_after)]
        .into_iter()
        .filter(|(_, _, news)| !news.is_empty())
        .map(|(when, tier, news)| Feed {
            when,
            tier_id: &tier.id,
            tier: &tier.name,
            pieces: news.iter().map(|news| piece(news, &mut embedded)).collect(),
        })
        .collect()
}

fn piece<'a>(news: &'a News, embedded: &mut Vec<&'a [u8]>) -> Piece<'a> {
    let picture = news.picture.as_ref().map(|picture| {
        let known = embedded.iter().position(|jpeg| *jpeg == picture.jpeg);
        let number = known.unwrap_or_else(|| {
            embedded.push(&picture.jpeg);
            embedded.len() - 1
        });
        Thumbnail { number, picture: drawn(picture), first: known.is_none() }
    });
    Piece { news, picture }
}

/// A code that opens no door is not drawn: whoever is refused has no ticket.
pub fn slip(ticket: &Ticket) -> Slip<'_> {
    Slip { ticket, qr: ticket.qr.as_ref().filter(|_| ticket.confirmed).and_then(draw) }
}

impl Slip<'_> {
    /// The code to be read out where it cannot be scanned.
    pub fn code(&self) -> Option<&str> {
        self.ticket.code.as_deref().filter(|_| self.ticket.confirmed)
    }
}

pub fn face(card: &CardFace) -> Face<'_> {
    Face { card, number: by_four(&card.number), qr: card.qr.as_ref().and_then(draw) }
}

fn by_four(digits: &str) -> String {
    digits.chars().enumerate().fold(String::new(), |mut number, (place, digit)| {
        if place > 0 && place % 4 == 0 {
            number.push('\u{a0}');
        }
        number.push(digit);
        number
    })
}
