use super::example::photograph;
use super::*;

const STYLE: &str = include_str!("../../../templates/report/style.css");
const WALLET_STYLE: &str = include_str!("../../../templates/report/wallet.css");

#[test]
fn what_the_report_says_is_on_the_page() {
    let page = render(&example(Lang::En)).unwrap();
    for text in [
        "14 March 2026",
        "+7 ••• •••-45-67",
        "Signing in",
        "by phone",
        "412\u{a0}ms",
        "366 930.50",
        "tier vesna",
        "21400000 kopecks",
        "what stands ahead of leto",
        "from 3000000",
        "000110482935",
        "1880975916",
        "because of this",
        "do that",
        "dress.jpg",
        "Storing",
        "2.6\u{a0}ms",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_ladder_has_the_right_figures() {
    let page = render(&example(Lang::Ru)).unwrap();
    // 214 000 of the first 300 000; then 280 930,50 of the next 700 000.
    assert!(page.contains(r#"<circle class="mark-before" cx="17.83%""#));
    assert!(page.contains(r#"<circle class="mark-after" cx="35.03%""#));
    assert!(page.contains(r#"<rect class="change" x="17.83%" y="17" width="7.17%""#));
    assert!(page.contains(r#"<rect class="change" x="25.00%" y="17" width="10.03%""#));
    for place in ["0.00%", "25.00%", "50.00%", "75.00%"] {
        assert!(page.contains(&format!(r#"<text class="rung" x="{place}""#)), "{place}");
    }
}

#[test]
fn a_code_is_outlined_in_the_pictures_own_pixels() {
    let page = render(&example(Lang::Ru)).unwrap();
    assert!(page.contains(r#"viewBox="0 0 1280 960""#));
    assert!(page.contains(r#"<polygon class="code" points="1.0,2.0 30.2,4.0 30.0,44.1 5.0,40.0"/>"#));
    assert_eq!(page.matches("<polygon class=\"code\"").count(), 7);
    assert!(page.contains("data:image/jpeg;base64,AQID"));
}

#[test]
fn receipts_and_what_was_none_stand_apart_and_are_counted() {
    let page = render(&example(Lang::En)).unwrap();
    let (receipts, others) = page.split_once(r#"<h2 id="others">"#).unwrap();
    assert_eq!(receipts.matches("<article class=\"card").count(), 6);
    assert_eq!(others.matches("<article class=\"card").count(), 2);
    for (label, figure) in [
        ("Photographs", "8"),
        ("Receipts among them", "6"),
        ("Taken without a signal", "1"),
        ("Receipts credited", "2"),
        ("Added to the sum", "366 930.50"),
    ] {
        assert!(page.contains(&format!("<dt>{label}</dt><dd>{figure}</dd>")), "{label}");
    }
}

#[test]
fn sections_without_content_are_left_out() {
    let whole = render(&example(Lang::En)).unwrap();
    let page = render(&Report {
        photographs: Vec::new(),
        feed_before: Vec::new(),
        feed_after: Vec::new(),
        registrations: Vec::new(),
        card: None,
        wallet: Vec::new(),
        ..example(Lang::En)
    })
    .unwrap();
    assert!(!page.contains("<article"));
    for section in ["gallery", "others", "feed", "registrations", "card", "wallet"] {
        for told in [format!("<h2 id=\"{section}\">"), format!("aria-labelledby=\"{section}\"")] {
            assert_eq!(whole.matches(&told).count(), 1, "{told}");
            assert!(!page.contains(&told), "{told}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let evil = || "\"'><script>alert(1)</script><img src=x onerror=alert(1)>".to_owned();
    let mut report = example(Lang::Ru);
    report.story_date = evil();
    report.member = evil();
    report.credited = evil();
    report.steps = vec![Step { number: 1, title: evil(), detail: evil(), took: Duration::ZERO }];
    report.timings = vec![Timing { what: evil(), took: Duration::ZERO }];
    for rung in &mut report.ladder {
        (rung.id, rung.name, rung.at_least) = (evil(), evil(), evil());
    }
    for tier in [&mut report.tier_before, &mut report.tier_after] {
        (tier.id, tier.name, tier.sum, tier.sentence) = (evil(), evil(), evil(), evil());
    }
    for photograph in &mut report.photographs {
        (photograph.title, photograph.file) = (evil(), evil());
        let verdict = &mut photograph.verdict;
        (verdict.label, verdict.reason, verdict.next_step) = (evil(), Some(evil()), Some(evil()));
        if let Some(receipt) = &mut photograph.receipt {
            (receipt.total, receipt.issued_at, receipt.operation) = (evil(), evil(), evil());
            (receipt.drive_number, receipt.document_number, receipt.fiscal_sign) = (evil(), evil(), evil());
        }
    }
    for news in report.feed_before.iter_mut().chain(&mut report.feed_after) {
        (news.kind, news.title, news.body) = (evil(), evil(), evil());
    }
    for ticket in &mut report.registrations {
        (ticket.title, ticket.place, ticket.starts_at, ticket.state) = (evil(), evil(), evil(), evil());
        (ticket.sentence, ticket.next_step, ticket.code) = (evil(), Some(evil()), Some(evil()));
    }
    let card = report.card.as_mut().unwrap();
    (card.tier_id, card.tier, card.number, card.status) = (evil(), evil(), evil(), evil());
    for check in &mut report.wallet {
        (check.title, check.reason, check.code) = (evil(), evil(), Some(evil()));
    }
    let page = render(&report).unwrap();
    assert!(!page.contains("<script"));
    assert!(!page.contains("<img"));
    assert!(!page.contains("\"'>"));
    assert!(page.contains("&#60;script&#62;alert(1)"));
}

#[test]
fn nothing_is_asked_of_a_network() {
    let page = render(&example(Lang::En)).unwrap();
    for word in ["http:", "https:", "//", "url(", "@import", "<script", "<link", "<iframe"] {
        assert!(!page.contains(word), "{word}");
    }
    for attribute in ["src=\"", "href=\""] {
        for (_, rest) in page.match_indices(attribute).map(|(at, _)| page.split_at(at + attribute.len())) {
            let within = rest.starts_with("data:image/jpeg;base64,") || rest.starts_with("#feed-picture-");
            assert!(within, "{}", rest.get(..40).unwrap_or(rest));
        }
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_page_of_17_noisy_photographs_stays_below_4_megabytes() {
    let PagePicture { jpeg, width, height } = picture_for_page(&super::picture::noise(1280, 960)).unwrap();
    let noisy = || Photograph {
        picture: Some(PagePicture { jpeg: jpeg.clone(), width, height }),
        ..photograph(VerdictKind::Credited)
    };
    let mut report = example(Lang::Ru);
    report.photographs = (0..17).map(|_| noisy()).collect();
    for news in report.feed_before.iter_mut().chain(&mut report.feed_after) {
        news.picture = Some(PagePicture { jpeg: jpeg.clone(), width, height });
    }
    let page = render(&report).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 17 + 1);
    assert!(page.len() <= 4_000_000, "{}", page.len());
}

fn colours(style: &str) -> impl Fn(&str) -> f64 {
    move |name| {
        let (_, rest) = style.split_once(&format!("--{name}: #")).unwrap();
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&rest[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    }
}

#[test]
fn every_text_colour_can_be_read_on_every_ground() {
    let (light, rest) = STYLE.split_once("prefers-color-scheme: dark").unwrap();
    let (dark, rest) = rest.split_once(".masthead").unwrap();
    let (_, print) = rest.split_once("@media print").unwrap();
    for style in [light, dark, print] {
        let luminance = colours(style);
        for text in ["ink", "soft", "vesna", "leto", "osen", "zima", "refused"] {
            for ground in ["paper", "card", "mat"] {
                let (a, b) = (luminance(text), luminance(ground));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                // No coloured word stands on the mat, only the caption of a broken file.
                if ground != "mat" || text == "soft" {
                    assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
                }
            }
        }
    }
}

#[test]
fn the_cards_words_can_be_read_in_every_season() {
    let luminance = colours(WALLET_STYLE);
    for ground in ["face-plain", "face-vesna", "face-leto", "face-osen", "face-zima"] {
        let contrast = (luminance("on-face") + 0.05) / (luminance(ground) + 0.05);
        assert!(contrast >= 4.5, "{ground}: {contrast:.2}");
    }
}
