//! Web links inside codes: whose they are, and what they carry.

use percent_encoding::percent_decode_str;

/// Fiscal data operators, and the tax service itself, by the domains their links use.
const OPERATORS: [&str; 18] = [
    "1-ofd.ru",
    "astralnalog.ru",
    "beeline.ru",
    "e-ofd.ru",
    "evotor.ru",
    "kontur.ru",
    "multicarta.ru",
    "nalog.gov.ru",
    "nalog.ru",
    "nvg.ru",
    "ofd-initpro.ru",
    "ofd-magnit.ru",
    "ofd-ya.ru",
    "ofd.ru",
    "platformaofd.ru",
    "sbis.ru",
    "taxcom.ru",
    "yandex.ru",
];

/// Where other countries keep their receipts. Domains of tax services and of their operators only.
const FOREIGN: [(&str, &str); 20] = [
    ("gov.al", "AL"),
    ("taxservice.am", "AM"),
    ("src.am", "AM"),
    ("e-kassa.gov.az", "AZ"),
    ("e-kassa.az", "AZ"),
    ("info-center.by", "BY"),
    ("skko.by", "BY"),
    ("nalog.gov.by", "BY"),
    ("rs.ge", "GE"),
    ("porezna.gov.hr", "HR"),
    ("porezna-uprava.hr", "HR"),
    ("salyk.kg", "KG"),
    ("oofd.kz", "KZ"),
    ("kofd.kz", "KZ"),
    ("ofd1.kz", "KZ"),
    ("wofd.kz", "KZ"),
    ("kgd.gov.kz", "KZ"),
    ("tax.gov.me", "ME"),
    ("purs.gov.rs", "RS"),
    ("soliq.uz", "UZ"),
];

/// Hosts under an operator's domain that are also used for other things need a word of receipts in host or path.
const SHARED_DOMAINS: [&str; 6] = ["beeline.ru", "kontur.ru", "nalog.gov.ru", "nalog.ru", "sbis.ru", "yandex.ru"];
const RECEIPT_WORDS: [&str; 6] = ["ofd", "check", "cheque", "receipt", "ticket", "consumer"];

/// A link, cut into the parts that matter here.
pub(super) struct Link<'a> {
    host: String,
    path: &'a str,
    query: &'a str,
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
    // A query may also stand behind the `#` of a one-page site.
    let (path, query) = after.split_once('?').unwrap_or((after, ""));
    Some(Link { host, path, query })
}

impl Link<'_> {
    /// Its query as it stands.
    pub(super) fn query(&self) -> &str {
        self.query
    }

    /// The query's values with their escapes (of either case) undone: a receipt's text can be one of them.
    pub(super) fn values(&self) -> impl Iterator<Item = String> {
        let values = self.query.split('&').filter_map(|pair| pair.split_once('='));
        values.filter(|(_, value)| value.contains('%')).filter_map(|(_, value)| unescaped(value))
    }

    /// The country whose receipts live at this host, if it is another one.
    pub(super) fn foreign_country(&self) -> Option<&'static str> {
        FOREIGN.iter().find(|(domain, _)| self.is_under(domain)).map(|(_, country)| *country)
    }

    /// The fiscal data operator this link leads to. One not listed is `other`, known by `ofd` in a Russian host.
    pub(super) fn operator(&self) -> Option<&'static str> {
        let known = OPERATORS.into_iter().find(|domain| self.is_under(domain));
        match known {
            Some(domain) if !SHARED_DOMAINS.contains(&domain) || self.speaks_of_receipts() => Some(domain),
            Some(_) => None,
            None => (self.host.ends_with(".ru") && self.host.contains("ofd")).then_some("other"),
        }
    }

    fn is_under(&self, domain: &str) -> bool {
        self.host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    fn speaks_of_receipts(&self) -> bool {
        let path = self.path.to_lowercase();
        RECEIPT_WORDS.iter().any(|word| self.host.contains(word) || path.contains(word))
    }
}

/// A text without its percent escapes; `None` if they do not make UTF-8.
pub(super) fn unescaped(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}
