use super::super::qr::draw;
use super::example::{news, qr, ticket};
use super::*;

/// What stands between two marks, and what comes after.
fn between<'a>(page: &'a str, start: &str, end: &str) -> (&'a str, &'a str) {
    page.split_once(start).and_then(|(_, rest)| rest.split_once(end)).unwrap()
}

fn section<'a>(page: &'a str, id: &str) -> &'a str {
    between(page, &format!("<section aria-labelledby=\"{id}\">"), "</section>").0
}

/// The modules that a path of `M{x} {y}h{length}v1h-{length}z` paints, with the margin around them.
fn painted(path: &str, side: u32) -> Vec<bool> {
    let side = usize::try_from(side).unwrap();
    let mut modules = vec![false; side * side];
    for run in path.split_terminator('z') {
        let (start, rest) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
        let (length, back) = rest.split_once("v1h-").unwrap();
        assert_eq!(length, back);
        let (x, y) = start.split_once(' ').unwrap();
        let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap());
        assert!(x + length <= side);
        for module in &mut modules[y * side + x..y * side + x + length] {
            assert!(!*module, "painted twice");
            *module = true;
        }
    }
    modules
}

/// The matrix in a quiet zone of four modules.
fn with_margin(qr: &Qr) -> Vec<bool> {
    let (size, side) = (usize::try_from(qr.size).unwrap(), usize::try_from(qr.size + 8).unwrap());
    let mut modules = vec![false; side * side];
    for (place, dark) in qr.modules.iter().enumerate() {
        modules[(place / size + 4) * side + place % size + 4] = *dark;
    }
    modules
}

#[test]
fn a_codes_dark_modules_are_those_of_its_matrix() {
    let all = |dark: bool| Qr { size: 3, modules: vec![dark; 9] };
    for qr in [qr(1), qr(21), qr(25), qr(177), all(true), all(false)] {
        let drawn = draw(&qr).unwrap();
        assert_eq!(drawn.side, qr.size + 8);
        let painted = painted(&drawn.path, drawn.side);
        let dark = |modules: &[bool]| modules.iter().filter(|dark| **dark).count();
        assert_eq!(dark(&painted), dark(&qr.modules));
        assert!(painted == with_margin(&qr), "{}", qr.size);
    }
}

#[test]
fn modules_that_make_no_square_are_not_drawn() {
    for (size, count) in [(0, 0), (0, 1), (2, 3), (2, 5), (u32::MAX, 4)] {
        assert!(draw(&Qr { size, modules: vec![true; count] }).is_none(), "{size}: {count}");
    }
    let mut report = example(Lang::En);
    report.card.as_mut().unwrap().qr = Some(Qr { size: 2, modules: vec![true; 3] });
    let page = render(&report).unwrap();
    assert!(!section(&page, "card").contains("<svg"));
    assert!(section(&page, "card").contains("opens doors"));
}

#[test]
fn the_codes_on_the_page_are_those_of_the_ticket_and_of_the_card() {
    let page = render(&example(Lang::En)).unwrap();
    for (id, title, matrix) in [("registrations", "Ticket code", qr(21)), ("card", "The card’s code", qr(25))] {
        let section = section(&page, id);
        assert_eq!(section.matches("<svg").count(), 1);
        let side = matrix.size + 8;
        let (svg, _) = between(section, "<svg class=\"qr\"", "</svg>");
        for told in [
            format!("viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\""),
            format!("<title>{title}</title>"),
            format!("<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>"),
        ] {
            assert!(svg.contains(&told), "{told}");
        }
        let (path, rest) = between(svg, "<path d=\"", "\"");
        assert!(rest.starts_with(" fill=\"#000\"/>"));
        assert!(painted(path, side) == with_margin(&matrix), "{id}");
    }
}

#[test]
fn the_feed_stands_before_and_after_and_what_is_new_says_so() {
    let page = render(&example(Lang::En)).unwrap();
    let (before, after) = section(&page, "feed").split_once("At the end").unwrap();
    assert!(before.contains("At the start") && before.contains("tier vesna"));
    assert!(after.contains("tier leto"));
    assert!(before.contains("about a courtyard") && !before.contains("a preview"));
    assert!(after.contains("about a courtyard") && after.contains("about a preview"));
    assert!(!before.contains("<b>New</b>"));
    assert_eq!(after.matches("<b>New</b> an event").count(), 1);
}

#[test]
fn a_picture_of_both_feeds_is_embedded_once() {
    let page = render(&example(Lang::Ru)).unwrap();
    let (before, after) = section(&page, "feed").split_once("<span class=\"when\">В конце</span>").unwrap();
    assert!(before.contains("<image id=\"feed-picture-0\" href=\"data:image/jpeg;base64,"));
    assert!(after.contains("<use href=\"#feed-picture-0\"/>"));
    assert!(after.contains("<image id=\"feed-picture-1\" href=\"data:image/jpeg;base64,"));
    let bare = News { picture: None, ..news("a note", false) };
    let page = render(&Report { feed_before: vec![bare], feed_after: Vec::new(), ..example(Lang::Ru) }).unwrap();
    assert!(!section(&page, "feed").contains("<svg"));
}

#[test]
fn a_side_of_the_feed_without_news_is_left_out() {
    let page = render(&Report { feed_before: Vec::new(), ..example(Lang::En) }).unwrap();
    let feed = section(&page, "feed");
    assert_eq!(feed.matches("<div class=\"feed ").count(), 1);
    assert!(feed.contains("At the end") && !feed.contains("At the start"));
}

#[test]
fn a_confirmed_place_is_a_ticket_and_a_refused_one_is_not() {
    let page = render(&example(Lang::En)).unwrap();
    let (confirmed, refused) =
        section(&page, "registrations").split_once("<article class=\"ticket refused\">").unwrap();
    assert!(confirmed.contains("<article class=\"ticket confirmed\">"));
    for told in ["a place", "A spring evening", "the atrium", "24 March, 19:00", "show it at the door", "K7PM-40"] {
        assert!(confirmed.contains(told), "{told}");
    }
    assert!(refused.contains("no place") && refused.contains("choose another"));
    assert!(!refused.contains("class=\"stub\""));
}

#[test]
fn a_place_that_is_refused_shows_no_code_though_it_had_one() {
    let lost = Ticket { confirmed: false, ..ticket(true) };
    let page = render(&Report { registrations: vec![lost], ..example(Lang::En) }).unwrap();
    let registrations = section(&page, "registrations");
    assert!(!registrations.contains("K7PM-40") && !registrations.contains("<svg"));
    let unread = Ticket { qr: None, ..ticket(true) };
    let page = render(&Report { registrations: vec![unread], ..example(Lang::En) }).unwrap();
    assert!(section(&page, "registrations").contains("K7PM-40"));
}

#[test]
fn the_card_has_its_seasons_colour_and_its_number_by_four() {
    let mut report = example(Lang::En);
    for (number, grouped) in [
        ("7000000000000017", "7000 0000 0000 0017"),
        ("123456789", "1234 5678 9"),
        ("1234", "1234"),
        ("1", "1"),
        ("", ""),
    ] {
        report.card.as_mut().unwrap().number = number.to_owned();
        let page = render(&report).unwrap();
        let digits = between(section(&page, "card"), "class=\"digits\">", "</dd>").0;
        assert_eq!(digits, grouped.replace(' ', "\u{a0}"));
    }
    assert!(render(&report).unwrap().contains("<div class=\"face leto\">"));
    report.card.as_mut().unwrap().active = false;
    assert!(render(&report).unwrap().contains("<div class=\"face leto inactive\">"));
}

#[test]
fn every_check_of_the_wallet_says_what_came_of_it() {
    let page = render(&example(Lang::En)).unwrap();
    let (accepted, refused) = section(&page, "wallet").split_once("<li class=\"refused\">").unwrap();
    assert!(accepted.contains("<li class=\"accepted\">"));
    for told in ["<p class=\"verdict\">Accepted</p>", "the gallery&#39;s pass", "why the gallery&#39;s pass"] {
        assert!(accepted.contains(told), "{told}");
    }
    assert!(!accepted.contains("Refusal code"));
    for told in ["<p class=\"verdict\">Refused</p>", "why a forged pass", "Refusal code <code>pass-changed</code>"] {
        assert!(refused.contains(told), "{told}");
    }
}
