//! Where other countries keep their receipts: the domains of tax services and of their operators, nothing wider.

const DOMAINS: [(&str, &str); 25] = [
    ("tatime.gov.al", "AL"),
    ("src.am", "AM"),
    ("taxservice.am", "AM"),
    ("e-kassa.az", "AZ"),
    ("e-kassa.gov.az", "AZ"),
    ("info-center.by", "BY"),
    ("nalog.gov.by", "BY"),
    ("skko.by", "BY"),
    ("rs.ge", "GE"),
    ("porezna-uprava.hr", "HR"),
    ("porezna.gov.hr", "HR"),
    ("salyk.kg", "KG"),
    ("kgd.gov.kz", "KZ"),
    ("kofd.kz", "KZ"),
    ("ofd1.kz", "KZ"),
    ("oofd.kz", "KZ"),
    ("receipt.kaspi.kz", "KZ"),
    ("wofd.kz", "KZ"),
    ("sfs.md", "MD"),
    ("tax.gov.me", "ME"),
    ("purs.gov.rs", "RS"),
    ("ofd.tj", "TJ"),
    ("tax.gov.ua", "UA"),
    ("check.checkbox.ua", "UA"),
    ("soliq.uz", "UZ"),
];

/// The country whose receipts live at a host, if it is another one.
pub(super) fn of(is_under: impl Fn(&str) -> bool) -> Option<&'static str> {
    DOMAINS.iter().find(|(domain, _)| is_under(domain)).map(|(_, country)| *country)
}

/// Every country that [`NotAReceipt::ForeignReceipt`](super::NotAReceipt::ForeignReceipt) can carry.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    DOMAINS.iter().map(|(_, country)| *country)
}
