//! A report with everything on it that a page can show.

use super::*;

pub fn rungs() -> Vec<Rung> {
    [("vesna", 0), ("leto", 300_000), ("osen", 1_000_000), ("zima", 3_000_000)]
        .map(|(id, roubles)| Rung {
            id: id.to_owned(),
            name: format!("tier {id}"),
            at_least_kopecks: roubles * 100,
            at_least: format!("from {roubles}"),
        })
        .into()
}

pub fn card(id: &str, sum_kopecks: i64) -> TierCard {
    TierCard {
        id: id.to_owned(),
        name: format!("tier {id}"),
        sum_kopecks,
        sum: format!("{sum_kopecks} kopecks"),
        sentence: format!("what stands ahead of {id}"),
    }
}

pub fn photograph(kind: VerdictKind) -> Photograph {
    Photograph {
        title: "A dress".to_owned(),
        file: "dress.jpg".to_owned(),
        picture: Some(PagePicture { jpeg: vec![1, 2, 3], width: 1280, height: 960 }),
        outline: Some([(1.0, 2.0), (30.25, 4.0), (30.0, 44.06), (5.0, 40.0)]),
        receipt: Some(ReceiptFacts {
            total: "1 691.16".to_owned(),
            issued_at: "7 January 2025".to_owned(),
            drive_number: "000110482935".to_owned(),
            document_number: "9446".to_owned(),
            fiscal_sign: "1880975916".to_owned(),
            operation: "sale".to_owned(),
        }),
        verdict: Verdict {
            kind,
            label: format!("{kind:?}"),
            reason: Some("because of this".to_owned()),
            next_step: Some("do that".to_owned()),
        },
        captured_offline: false,
        scan: Duration::from_millis(12),
    }
}

pub fn news(title: &str, is_new: bool) -> News {
    News {
        kind: "an event".to_owned(),
        title: title.to_owned(),
        body: format!("about {title}"),
        picture: Some(PagePicture { jpeg: title.as_bytes().into(), width: 480, height: 320 }),
        is_new,
    }
}

pub fn ticket(confirmed: bool) -> Ticket {
    Ticket {
        title: "A spring evening".to_owned(),
        place: "the atrium".to_owned(),
        starts_at: "24 March, 19:00".to_owned(),
        state: if confirmed { "a place" } else { "no place" }.to_owned(),
        sentence: "show it at the door".to_owned(),
        next_step: (!confirmed).then(|| "choose another".to_owned()),
        confirmed,
        code: confirmed.then(|| "K7PM-40".to_owned()),
        qr: confirmed.then(|| qr(21)),
    }
}

/// No real code, but one with long runs, single modules and dark corners.
pub fn qr(size: u32) -> Qr {
    let modules =
        (0..size * size).map(|place| place % 3 == 0 || (place / size).is_multiple_of(5) || place + 1 == size * size);
    Qr { size, modules: modules.collect() }
}

pub fn check(title: &str, code: Option<&str>) -> WalletCheck {
    WalletCheck {
        title: title.to_owned(),
        accepted: code.is_none(),
        reason: format!("why {title}"),
        code: code.map(str::to_owned),
    }
}

pub fn example(lang: Lang) -> Report {
    use VerdictKind::{Credited, Duplicate, NotAReceipt, Pending, Rejected, Returned, Unreadable};
    let mut photographs: Vec<_> = [Credited, Credited, Pending, Rejected, Returned, Duplicate].map(photograph).into();
    photographs[1].captured_offline = true;
    photographs.push(Photograph { receipt: None, ..photograph(NotAReceipt) });
    photographs.push(Photograph { receipt: None, outline: None, picture: None, ..photograph(Unreadable) });
    Report {
        lang,
        story_date: "14 March 2026".to_owned(),
        member: "+7 ••• •••-45-67".to_owned(),
        steps: vec![Step {
            number: 1,
            title: "Signing in".to_owned(),
            detail: "by phone".to_owned(),
            took: Duration::from_millis(412),
        }],
        photographs,
        chapters: vec![Chapter::new(
            ("Rules", ""),
            "with numbers",
            vec![Line::new("17 March".to_owned(), "From 300 000 <b>on</b>".to_owned())],
        )],
        tier_before: card("vesna", 21_400_000),
        tier_after: card("leto", 58_093_050),
        ladder: rungs(),
        credited: "366 930.50".to_owned(),
        timings: vec![Timing { what: "Storing".to_owned(), took: Duration::from_micros(2_600) }],
        feed_before: vec![news("a courtyard", false)],
        feed_after: vec![news("a preview", true), news("a courtyard", false)],
        registrations: vec![ticket(true), ticket(false)],
        card: Some(CardFace {
            tier_id: "leto".to_owned(),
            tier: "tier leto".to_owned(),
            number: "7000000000000017".to_owned(),
            active: true,
            status: "opens doors".to_owned(),
            qr: Some(qr(25)),
        }),
        wallet: vec![check("the gallery's pass", None), check("a forged pass", Some("pass-changed"))],
    }
}
