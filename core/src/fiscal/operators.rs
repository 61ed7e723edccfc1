//! Fiscal data operators, and the tax service itself, by their links: whose a link is, and which of a receipt's
//! requisites it gives. None gives all of them, but for those that carry the code's own text.
//!
//! The forms are those that operators' own pages, tills' drivers and public clients of their services use.

use super::links::Link;
use super::reason::{ReceiptField, Requisites};

/// An operator, and where its links keep requisites.
pub(super) struct Operator {
    /// What reasons call it: its domain, or `other`.
    pub(super) name: &'static str,
    /// The domains of its links.
    domains: &'static [&'static str],
    /// Whether the domain serves other things too: its links then need a word of receipts in host or path, or a document.
    shared: bool,
    /// A word of the path, and what the last of the numbers behind it are.
    path: Option<(&'static str, &'static [ReceiptField])>,
}

const DOCUMENT: &[ReceiptField] = &[ReceiptField::DriveNumber, ReceiptField::DocumentNumber, ReceiptField::FiscalSign];

/// An operator that is not among [`OPERATORS`].
pub(super) const OTHER: Operator = plain("other", &[]);

const OPERATORS: &[Operator] = &[
    plain("1-ofd.ru", &["1-ofd.ru"]),
    plain("astralnalog.ru", &["astralnalog.ru", "ofd.astral.ru"]),
    shared("beeline.ru", &["beeline.ru"]),
    plain("e-ofd.ru", &["e-ofd.ru"]),
    shared("evotor.ru", &["evotor.ru"]),
    // /CashReceipt/View/FN/{fn}/FD/{i}/FP/{fp}
    Operator { path: Some(("view", DOCUMENT)), ..shared("kontur.ru", &["kontur.ru"]) },
    plain("multicarta.ru", &["multicarta.ru"]),
    // Receipts of the self-employed among them: they have no fiscal drive at all.
    shared("nalog.gov.ru", &["nalog.gov.ru"]),
    shared("nalog.ru", &["nalog.ru"]),
    plain("nvg.ru", &["nvg.ru"]),
    plain("ofd-initpro.ru", &["ofd-initpro.ru"]),
    plain("ofd-magnit.ru", &["ofd-magnit.ru"]),
    plain("ofd-ya.ru", &["ofd-ya.ru"]),
    // /rec/{inn}/{kkt}/{fn}/{i}/{fp}, or without the first two
    Operator { path: Some(("rec", DOCUMENT)), ..plain("ofd.ru", &["ofd.ru"]) },
    plain("platformaofd.ru", &["platformaofd.ru", "pofd.ru"]),
    // /rec/{kkt}/{ddmmyy}/{fp}
    Operator { path: Some(("rec", &[ReceiptField::FiscalSign])), ..shared("sbis.ru", &["sbis.ru", "saby.ru"]) },
    plain("taxcom.ru", &["taxcom.ru"]),
    // /vaucher/{kkt}/{i}/{fp}
    Operator {
        path: Some(("vaucher", &[ReceiptField::DocumentNumber, ReceiptField::FiscalSign])),
        ..shared("yandex.ru", &["yandex.ru"])
    },
];

/// What operators call the requisites in their queries.
const QUERY_NAMES: [(&str, ReceiptField); 15] = [
    ("t", ReceiptField::IssuedAt),
    ("s", ReceiptField::Total),
    ("fn", ReceiptField::DriveNumber),
    ("fnserialnumber", ReceiptField::DriveNumber),
    ("fiscaldrivenumber", ReceiptField::DriveNumber),
    ("i", ReceiptField::DocumentNumber),
    ("fd", ReceiptField::DocumentNumber),
    ("num", ReceiptField::DocumentNumber),
    ("fiscaldocumentnumber", ReceiptField::DocumentNumber),
    ("fp", ReceiptField::FiscalSign),
    ("fpd", ReceiptField::FiscalSign),
    ("fs", ReceiptField::FiscalSign),
    ("sign", ReceiptField::FiscalSign),
    ("fiscalsign", ReceiptField::FiscalSign),
    ("fiscalsignature", ReceiptField::FiscalSign),
];

const RECEIPT_WORDS: [&str; 6] = ["ofd", "check", "cheque", "receipt", "ticket", "consumer"];

const fn plain(name: &'static str, domains: &'static [&'static str]) -> Operator {
    Operator { name, domains, shared: false, path: None }
}

const fn shared(name: &'static str, domains: &'static [&'static str]) -> Operator {
    Operator { shared: true, ..plain(name, domains) }
}

/// The operator a link leads to. One that is not known is [`OTHER`], told by `ofd` in a Russian host.
pub(super) fn operator(link: &Link<'_>) -> Option<&'static Operator> {
    match OPERATORS.iter().find(|operator| operator.domains.iter().any(|domain| link.is_under(domain))) {
        Some(operator) if operator.shared && !speaks_of_receipts(link) && !names_a_document(link, operator) => None,
        Some(operator) => Some(operator),
        None => (link.host().ends_with(".ru") && link.host().contains("ofd")).then_some(&OTHER),
    }
}

fn speaks_of_receipts(link: &Link<'_>) -> bool {
    RECEIPT_WORDS.iter().any(|word| link.host().contains(word) || link.segments().any(|part| has_word(part, word)))
}

fn names_a_document(link: &Link<'_>, operator: &Operator) -> bool {
    let has = operator.requisites(link);
    has.drive_number && has.fiscal_sign
}

fn has_word(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

impl Operator {
    /// Which requisites a link of this operator gives.
    pub(super) fn requisites(&self, link: &Link<'_>) -> Requisites {
        let mut has = Requisites::default();
        for (key, _) in link.pairs().filter(|(_, value)| !value.trim().is_empty()) {
            let named = QUERY_NAMES.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key.trim()));
            named.for_each(|(_, field)| has.add(*field));
        }
        if let Some((word, fields)) = self.path {
            let behind = link.segments().skip_while(|part| !part.eq_ignore_ascii_case(word)).skip(1);
            let numbers = behind.filter(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())).count();
            fields.iter().filter(|_| numbers >= fields.len()).for_each(|field| has.add(*field));
        }
        has
    }
}

/// Every name that [`NotAReceipt::OperatorLink`](super::NotAReceipt::OperatorLink) can carry.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().chain([&OTHER]).map(|operator| operator.name)
}
