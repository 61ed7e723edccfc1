mod example;
mod page;
mod picture;
mod wallet;

use super::labels::Labels;
use super::ladder::lay_out;
use super::*;
use example::{card, example, rungs};

const LANGUAGES: [Lang; 2] = [Lang::Ru, Lang::En];

/// Taken apart field by field: a label that is added and not listed here does not compile.
fn all(labels: &Labels) -> Vec<&'static str> {
    let Labels {
        wordmark,
        title,
        member,
        story,
        photographs,
        receipts,
        credited_receipts,
        taken_offline,
        credited_sum,
        tier,
        before,
        after,
        ladder,
        journey,
        gallery,
        gallery_story,
        others,
        others_story,
        broken_file,
        offline,
        read_in,
        looked_through_in,
        code_outlined,
        drive_number,
        drive_number_long,
        document_number,
        document_number_long,
        fiscal_sign,
        fiscal_sign_long,
        next_step,
        feed,
        feed_story,
        new,
        registrations,
        registrations_story,
        place,
        starts_at,
        ticket_code,
        card,
        card_story,
        card_number,
        card_code,
        wallet,
        wallet_story,
        accepted,
        refused,
        refusal_code,
        timings,
        footer,
    } = labels;
    vec![
        wordmark,
        title,
        member,
        story,
        photographs,
        receipts,
        credited_receipts,
        taken_offline,
        credited_sum,
        tier,
        before,
        after,
        ladder,
        journey,
        gallery,
        gallery_story,
        others,
        others_story,
        broken_file,
        offline,
        read_in,
        looked_through_in,
        code_outlined,
        drive_number,
        drive_number_long,
        document_number,
        document_number_long,
        fiscal_sign,
        fiscal_sign_long,
        next_step,
        feed,
        feed_story,
        new,
        registrations,
        registrations_story,
        place,
        starts_at,
        ticket_code,
        card,
        card_story,
        card_number,
        card_code,
        wallet,
        wallet_story,
        accepted,
        refused,
        refusal_code,
        timings,
        footer,
    ]
}

#[test]
fn every_label_is_on_the_page_in_its_language() {
    for lang in LANGUAGES {
        let page = render(&example(lang)).unwrap();
        for label in all(lang.labels()) {
            assert!(page.contains(label), "{lang:?}: {label}");
        }
        assert!(page.contains(&format!("<html lang=\"{}\">", lang.code())));
    }
}

#[test]
fn the_languages_do_not_mix() {
    let cyrillic = |text: &str| text.chars().any(|letter| ('\u{400}'..='\u{4ff}').contains(&letter));
    for label in all(Lang::Ru.labels()) {
        assert!(cyrillic(label), "{label}");
    }
    for label in all(Lang::En.labels()) {
        assert!(!cyrillic(label), "{label}");
    }
}

#[test]
fn durations_are_told_to_the_precision_a_reader_needs() {
    for (micros, ru, en) in [
        (0, "0,0 мс", "0.0 ms"),
        (430, "0,4 мс", "0.4 ms"),
        (12_400, "12 мс", "12 ms"),
        (999_400, "999 мс", "999 ms"),
        (999_600, "1,0 с", "1.0 s"),
        (2_310_000, "2,3 с", "2.3 s"),
        (75_000_000, "75,0 с", "75.0 s"),
    ] {
        let took = Duration::from_micros(micros);
        assert_eq!(Lang::Ru.took(&took).replace('\u{a0}', " "), ru);
        assert_eq!(Lang::En.took(&took).replace('\u{a0}', " "), en);
    }
}

fn way(before: i64, after: i64) -> (String, String) {
    let rungs = rungs();
    let ladder = lay_out(&rungs, &card("vesna", before), &card("leto", after));
    (ladder.before, ladder.after)
}

#[test]
fn a_sum_stands_in_proportion_within_its_tier() {
    for (roubles, place) in [
        (0, "0.00%"),
        (150_000, "12.50%"),
        (300_000, "25.00%"),
        (650_000, "37.50%"),
        (1_000_000, "50.00%"),
        (2_000_000, "62.50%"),
        (3_000_000, "75.00%"),
        (4_500_000, "87.50%"),
        (6_000_000, "100.00%"),
        (90_000_000_000, "100.00%"),
        (-5_000, "0.00%"),
    ] {
        assert_eq!(way(0, roubles * 100).1, place, "{roubles}");
    }
    assert_eq!(way(i64::MIN, i64::MAX), ("0.00%".to_owned(), "100.00%".to_owned()));
}

#[test]
fn what_was_won_is_drawn_from_before_to_after_whichever_is_larger() {
    let rungs = rungs();
    let before = card("vesna", 15_000_000);
    let after = card("osen", 200_000_000);
    for ladder in [lay_out(&rungs, &before, &after), lay_out(&rungs, &after, &before)] {
        let drawn: Vec<_> = ladder
            .tiers
            .iter()
            .map(|tier| [&tier.left, &tier.held, &tier.change_left, &tier.change].map(String::as_str))
            .collect();
        let expected = [
            ["0.00%", "12.50%", "12.50%", "12.50%"],
            ["25.00%", "0.00%", "25.00%", "25.00%"],
            ["50.00%", "0.00%", "50.00%", "12.50%"],
            ["75.00%", "0.00%", "75.00%", "0.00%"],
        ];
        assert_eq!(drawn, expected);
    }
    let reached = |ladder: super::ladder::Ladder| ladder.tiers.iter().filter(|tier| tier.reached).count();
    assert_eq!(reached(lay_out(&rungs, &before, &after)), 3);
    assert_eq!(reached(lay_out(&rungs, &after, &before)), 1);
}

#[test]
fn a_ladder_of_one_tier_or_none_is_drawn_too() {
    let one = &rungs()[..1];
    let ladder = lay_out(one, &card("vesna", 0), &card("vesna", 5));
    assert_eq!((ladder.before.as_str(), ladder.after.as_str()), ("0.00%", "100.00%"));
    let none = lay_out(&[], &card("vesna", 0), &card("vesna", 5));
    assert_eq!((none.tiers.len(), none.after.as_str()), (0, "0.00%"));
}
