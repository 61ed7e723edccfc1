//! Web links inside codes, cut into the parts that matter here.

use percent_encoding::percent_decode_str;

use super::countries;
use super::operators::{self, Operator};

/// A link.
pub(super) struct Link<'a> {
    host: String,
    /// Path, query and fragment.
    after: &'a str,
}

/// The link a text is, with or without `https://`.
pub(super) fn link(text: &str) -> Option<Link<'_>> {
    let scheme =
        text.split_once("://").filter(|(scheme, _)| ["http", "https"].contains(&scheme.to_lowercase().as_str()));
    let rest = scheme.map_or(text, |(_, rest)| rest);
    let (authority, after) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host).trim_end_matches('.').to_lowercase();
    let host_like = host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    // Without a scheme only a host with a letters-only ending and something behind it: `99.50` is no link.
    let ending = host.rsplit('.').next().unwrap_or_default();
    let bare_link = host_like && !after.is_empty() && ending.len() >= 2 && ending.chars().all(char::is_alphabetic);
    if scheme.is_none() && !bare_link {
        return None;
    }
    Some(Link { host, after: after.trim_end_matches([';', '$']) })
}

impl Link<'_> {
    /// Its host, in lower case.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Whether the host is `domain` or below it.
    pub(super) fn is_under(&self, domain: &str) -> bool {
        self.host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The segments of its path, and of what looks like one behind the `#` of a one-page site.
    pub(super) fn segments(&self) -> impl Iterator<Item = &str> {
        self.after.split(['?', '#']).filter(|part| part.starts_with('/')).flat_map(|path| path.split('/'))
    }

    /// Every `key=value` of it: in its query, in the path, or behind the `#` of a one-page site.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts().filter_map(|part| part.split_once('='))
    }

    /// The values in it that have escapes (of either case), with them undone: a receipt's text can be one of them.
    pub(super) fn escaped_values(&self) -> impl Iterator<Item = String> {
        let values = self.parts().map(|part| part.split_once('=').map_or(part, |(_, value)| value));
        values.filter(|value| value.contains('%')).filter_map(unescaped)
    }

    /// The country whose receipts live at this host, if it is another one.
    pub(super) fn foreign_country(&self) -> Option<&'static str> {
        countries::of(|domain| self.is_under(domain))
    }

    /// The fiscal data operator this link leads to.
    pub(super) fn operator(&self) -> Option<&'static Operator> {
        operators::operator(self)
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        self.after.split(['/', '?', '#', '&'])
    }
}

/// A text without its percent escapes; `None` if they do not make UTF-8.
pub(super) fn unescaped(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}
