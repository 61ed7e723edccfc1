//! Links around receipts, to receipts, and to the receipts of neighbours.

use super::*;

const OTHER: NotAReceipt = NotAReceipt::OtherCode { link: true };

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('&', "%26").replace('=', "%3d")
}

#[test]
fn a_foreign_link_stays_foreign_whatever_its_fields() {
    assert_eq!(reason(&format!("https://ofd.soliq.uz/check?{PLAIN}")).code(), "foreign_receipt");
    assert_eq!(reason("https://notsoliq.uz/check?t=1").code(), "not_a_receipt");
}

#[test]
fn a_link_with_every_requisite_is_a_receipt() {
    for link in [
        format!("https://consumer.1-ofd.ru/ticket?{PLAIN}"),
        format!("consumer.1-ofd.ru/#/ticket?{PLAIN}"),
        format!("https://example.com/a?b=c&q={}", PLAIN.replace('&', "%26").replace('=', "%3D")),
        PLAIN.replace('&', "%26").replace('=', "%3d"),
        format!(
            "https://a.example/?u=https%3A%2F%2Fb.example%2F%3Fq%3D{}",
            PLAIN.replace('&', "%2526").replace('=', "%253D")
        ),
    ] {
        assert_eq!(parse(&link), parse(PLAIN), "{link}");
    }
}

#[test]
fn a_wrapped_receipt_with_a_fault_says_its_fault() {
    let wrapped = with("s", "1,5").replace('&', "%26").replace('=', "%3d");
    let text = format!("https://a.example/?q={wrapped}");
    assert_eq!(reason(&text), NotAReceipt::BadField { field: ReceiptField::Total });
}

#[test]
fn a_receipt_may_stand_in_the_path_or_behind_the_hash() {
    for link in [
        format!("https://consumer.1-ofd.ru/v1?{PLAIN}"),
        format!("https://consumer.1-ofd.ru/api/tickets/ticket/{PLAIN}"),
        format!("https://check.example/{}", escaped(PLAIN)),
        format!("https://check.example/#{PLAIN}"),
        format!("https://check.example/receipt/?source=qr&{PLAIN};"),
        format!("https://check.example/?to=https://other.example/?{PLAIN}"),
    ] {
        assert_eq!(parse(&link), parse(PLAIN), "{link}");
    }
}

#[test]
fn a_link_typed_by_a_keyboard_scanner_is_read() {
    let link = format!("https://consumer.1-ofd.ru/ticket?{PLAIN}");
    assert_eq!(parse(&crate::fiscal::keyboard::typed_in_russian(&link)), parse(PLAIN));
    let typed = crate::fiscal::keyboard::typed_in_russian("https://suf.purs.gov.rs/v/?vl=A1Q4VjdL");
    assert_eq!(reason(&typed), NotAReceipt::ForeignReceipt { country: "RS" });
}

#[test]
fn a_link_that_says_two_things_is_refused() {
    let link = format!("https://check.example/?i=9447#/ticket?{PLAIN}");
    assert_eq!(reason(&link), NotAReceipt::ContradictoryField { field: ReceiptField::DocumentNumber });
}

#[test]
fn each_operators_links_give_the_requisites_that_they_carry() {
    let (t, s, f, i, p) = (1, 2, 4, 8, 16);
    let rows = [
        ("1-ofd.ru", "https://c.1-ofd.ru/Ab3dE", 0),
        (
            "astralnalog.ru",
            "https://ofd.astralnalog.ru/api/v4.2/landing.pdfNew?fiscalSign=2&fiscalDocumentNumber=7&fiscalDriveNumber=1",
            f | i | p,
        ),
        ("beeline.ru", "https://ofd.beeline.ru/api/ofdcheck/checkf?fn=1&fp=2&fd=7&format=4", f | i | p),
        ("e-ofd.ru", "https://e-ofd.ru/check?fn=1&fp=2&fd=7", f | i | p),
        (
            "kontur.ru",
            "https://cash.kontur.ru/?fnSerialNumber=1&fiscalDocumentNumber=7&fiscalSignature=2#receipt",
            f | i | p,
        ),
        ("kontur.ru", "https://cash-ntt.kontur.ru/CashReceipt/View/FN/1/FD/7/FP/2", f | i | p),
        ("nalog.ru", "https://lknpd.nalog.ru/api/v1/receipt/000000000000/20abcdefgh/print", 0),
        ("nalog.gov.ru", "https://kkt-online.nalog.gov.ru/check?fn=1&fp=", f),
        ("nvg.ru", "https://ofd.nvg.ru/ticket/1", 0),
        ("ofd-initpro.ru", "https://ofd-initpro.ru/check-bill/", 0),
        ("ofd-magnit.ru", "https://check.ofd-magnit.ru/CheckWebApp/fds.zul?fn=1&fs=2&fd=7", f | i | p),
        ("ofd-ya.ru", "https://ofd-ya.ru/getFiscalDoc?kktRegId=5&fiscalSign=2&json=true", p),
        ("ofd.ru", "https://check.ofd.ru/rec/1/7/2?format=html", f | i | p),
        ("ofd.ru", "https://check.ofd.ru/rec/7700000000/5/1/7/2", f | i | p),
        ("ofd.ru", "https://ofd.ru/api/rawdoc/RecipeInfo?Fn=1&Kkt=5&Inn=77&Num=7&Sign=2", f | i | p),
        ("platformaofd.ru", "https://lk.platformaofd.ru/web/noauth/cheque?fn=1&fp=2&i=7", f | i | p),
        ("platformaofd.ru", "https://lk.platformaofd.ru/web/noauth/cheque/id?id=9&date=1773489600000&fp=2", p),
        ("platformaofd.ru", "https://chek.pofd.ru/x", 0),
        ("sbis.ru", "https://ofd.sbis.ru/rec/5/140326/2", p),
        ("sbis.ru", "https://ofd.saby.ru/rec/5/140326/2", p),
        ("taxcom.ru", "https://receipt.taxcom.ru/v01/show?fp=2&s=8350.00&sf=False&sfn=False", s | p),
        ("taxcom.ru", "https://receipt.taxcom.ru/v01/show?fp=2&fn=1&fd=7&t=20260314T1352", t | f | i | p),
        ("taxcom.ru", "https://receipt.taxcom.ru/v01/show?id=A3185E9A-0000-0000-0000-000000000000", 0),
        ("yandex.ru", "https://ofd.yandex.ru/vaucher/5/7/2", i | p),
        ("other", "https://check.ofd-new.ru/x?s=1.00", s),
        ("other", "https://receipts.example/show?fn=1&fp=2", f | p),
    ];
    for (operator, link, gives) in rows {
        let has = Requisites {
            issued_at: gives & t > 0,
            total: gives & s > 0,
            drive_number: gives & f > 0,
            document_number: gives & i > 0,
            fiscal_sign: gives & p > 0,
        };
        assert_eq!(reason(link), NotAReceipt::OperatorLink { operator, has }, "{link}");
        let missing: Vec<bool> =
            ReceiptField::ALL.iter().map(|field| has.missing().any(|lacks| lacks == *field)).collect();
        let given = [has.issued_at, has.total, has.drive_number, has.document_number, has.fiscal_sign, true];
        assert_eq!(missing, given.map(|given| !given), "{link}");
    }
}

#[test]
fn what_operators_do_beside_receipts_is_no_receipt() {
    for link in [
        "https://yandex.ru/maps/org/1",
        "https://www.nalog.gov.ru/rn77/",
        "https://saby.ru/profile",
        "https://moskva.beeline.ru/shop",
        "https://kontur.ru/diadoc",
        "https://evotor.ru/",
    ] {
        assert_eq!(reason(link), OTHER, "{link}");
    }
}

#[test]
fn each_neighbours_receipts_are_told_by_their_country() {
    let rows = [
        ("AL", "https://efiskalizimi-app.tatime.gov.al/invoice-check/#/verify?iic=0&tin=L0&crtd=2026-03-14"),
        ("AM", "https://src.am/receipt?crn=1"),
        ("AZ", "https://monitoring.e-kassa.gov.az/#/index?doc=AbCdEfGh1234"),
        ("BY", "https://ch.info-center.by/?ui=0"),
        ("BY", "https://skko.by/check"),
        ("GE", "https://eservices.rs.ge/check"),
        ("HR", "https://porezna.gov.hr/rn?jir=0&datv=20260314_1352&izn=100"),
        (
            "KG",
            "https://tax.salyk.kg/tax-web-control/client/api/v1/ticket?date=20260314T135200&sum=100&fn_number=0&fd_number=7&fm=0",
        ),
        ("KZ", "http://consumer.oofd.kz/?i=1734974179&f=010100000000&s=13507.0&t=20210922T224125"),
        ("KZ", "https://consumer.wofd.kz?i=1&f=2&s=13320.00&t=20251016T182415"),
        ("KZ", "https://receipt.kaspi.kz/web/fiscal?i=1&f=2&s=1000.0&t=2026-08-27%2018%3A18"),
        ("MD", "https://mev.sfs.md/receipt-verifier/J000000000/156.77/46151/2024-11-12"),
        ("ME", "https://mapr.tax.gov.me/ic/#/verify?iic=X&tin=Y&crtd=2026-05-01T10:00:00+02:00&prc=120.0"),
        ("RS", "https://tap.suf.purs.gov.rs/v/?vl=A0%2FdT"),
        ("TJ", "https://check.ofd.tj/?t=1"),
        ("UA", "https://cabinet.tax.gov.ua/cashregs/check?id=1&fn=4000000000&date=20260314&sm=7.99"),
        ("UA", "https://check.checkbox.ua/00000000-0000-0000-0000-000000000000"),
        ("UZ", "https://ofd.soliq.uz/epi?t=EP0&r=643&c=20200518221403&s=248429044289"),
    ];
    for (country, link) in rows {
        assert_eq!(reason(link), NotAReceipt::ForeignReceipt { country }, "{link}");
    }
    let rows = rows.map(|(country, _)| country);
    assert!(crate::fiscal::countries().all(|country| rows.contains(&country)));
}

#[test]
fn a_host_that_only_ends_like_one_of_them_is_another() {
    for link in ["https://nottaxcom.ru/x", "https://taxcom.ru.example/x", "https://rs.ge.example/", "https://gov.al/"] {
        assert_eq!(reason(link), OTHER, "{link}");
    }
}
