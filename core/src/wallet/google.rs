//! A «save to Google Wallet» link: its shape and length. The signature inside is for Google to check, and so is what
//! the pass says: the phone only makes sure that it opens Google's page, with a pass for a loyalty card.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::pass::faults;

/// The longest link that browsers carry whole, in characters; by Google's «Save links» guide.
pub const MAX_LINK_CHARACTERS: usize = 1_800;

const SCHEME: &str = "https://";
const HOST: &str = "pay.google.com";
const PATH: &str = "/gp/v/save/";

/// A link that [`check_save_link`] has found good: there is no other way to make one.
#[derive(Clone, PartialEq, Eq)]
pub struct SaveLink(String);

impl SaveLink {
    /// The link, to be opened as it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The token in the link is as good as a key to the card: it stays out of logs.
impl fmt::Debug for SaveLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaveLink")
    }
}

faults! {
    /// Why a link is not opened. Faults carry nothing that the link said: they go into logs.
    SaveLinkFault: "the save link is refused" {
        /// Longer than [`MAX_LINK_CHARACTERS`].
        TooLong = "too_long",
        /// Anything but an https link.
        NotHttps = "not_https",
        /// A link to elsewhere than Google.
        OtherHost = "other_host",
        /// Some other page of Google.
        OtherPath = "other_path",
        /// What follows the path is no JWT: three parts, JSON in the first two, signed with RS256 or ES256.
        NotAJwt = "not_a_jwt",
        /// A claim is missing or of another kind: `iss`, `iat`, `origins` or `payload`.
        BadClaims = "bad_claims",
        /// Not meant for Google: `aud` is not `google`.
        OtherAudience = "other_audience",
        /// Not a request to save a pass: `typ` is not `savetowallet`.
        OtherType = "other_type",
        /// No loyalty card in it, or one without an id or a class.
        NoLoyaltyObject = "no_loyalty_object",
    }
}

/// Checks a link before it is opened.
///
/// # Errors
/// The first fault found.
pub fn check_save_link(link: &str) -> Result<SaveLink, SaveLinkFault> {
    if link.chars().count() > MAX_LINK_CHARACTERS {
        return Err(SaveLinkFault::TooLong);
    }
    // To the letter: what no URL parser reads in two ways, and what Google's own examples look like.
    let rest = link.strip_prefix(SCHEME).ok_or(SaveLinkFault::NotHttps)?;
    let path = rest.strip_prefix(HOST).filter(|path| path.starts_with('/')).ok_or(SaveLinkFault::OtherHost)?;
    let jwt = path.strip_prefix(PATH).ok_or(SaveLinkFault::OtherPath)?;

    let parts: Vec<_> = jwt.split('.').collect();
    let [header, claims, signature] = parts[..] else { return Err(SaveLinkFault::NotAJwt) };
    let header = json(header)?;
    if !matches!(header["alg"].as_str(), Some("RS256" | "ES256")) || decode(signature)?.is_empty() {
        return Err(SaveLinkFault::NotAJwt);
    }
    let claims = json(claims)?;
    let has_text = |object: &Value, key: &str| object[key].as_str().is_some_and(|text| !text.is_empty());
    let is_whole = has_text(&claims, "iss")
        && claims["iat"].is_i64()
        && claims["origins"].as_array().is_some_and(|origins| origins.iter().all(Value::is_string))
        && claims["payload"].is_object();
    let cards = claims["payload"]["loyaltyObjects"].as_array().map_or(&[][..], Vec::as_slice);
    let has_card = !cards.is_empty() && cards.iter().all(|card| has_text(card, "id") && has_text(card, "classId"));
    let rules = [
        (is_whole, SaveLinkFault::BadClaims),
        (claims["aud"] == "google", SaveLinkFault::OtherAudience),
        (claims["typ"] == "savetowallet", SaveLinkFault::OtherType),
        (has_card, SaveLinkFault::NoLoyaltyObject),
    ];
    match rules.into_iter().find(|(holds, _)| !holds) {
        Some((_, fault)) => Err(fault),
        None => Ok(SaveLink(link.to_owned())),
    }
}

fn decode(part: &str) -> Result<Vec<u8>, SaveLinkFault> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| SaveLinkFault::NotAJwt)
}

fn json(part: &str) -> Result<Value, SaveLinkFault> {
    serde_json::from_slice(&decode(part)?).map_err(|_| SaveLinkFault::NotAJwt)
}

#[cfg(test)]
mod tests;
