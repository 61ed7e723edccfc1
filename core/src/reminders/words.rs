//! What a reminder says.

use chrono::{DateTime, NaiveDate, Utc};

use super::occasion::{Amount, Occasion};
use crate::{
    ids::TierId,
    locale::{Argument, Texts},
    money::Kopecks,
    programme::rules::{Metric, Rules},
    time::moscow_date,
};

pub struct Words<'a> {
    pub rules: &'a Rules,
    pub texts: &'a Texts,
    /// When what is said was known, where that is too long ago to be said as it is.
    pub known_on: Option<DateTime<Utc>>,
}

impl Words<'_> {
    pub fn of(&self, what: &Occasion, amount: Option<Amount>) -> String {
        match what {
            Occasion::Approach { tier, .. } => self.text("reminder-approach", amount, &[("tier", self.name(tier))]),
            Occasion::Keep { tier, by } => {
                self.text("reminder-keep", amount, &[("tier", self.name(tier)), ("by", self.day(*by))])
            }
            Occasion::Fall { from, to, at } => {
                let (from, tier) = (("from", self.name(from)), ("tier", self.name(to)));
                self.text("reminder-fall", None, &[from, tier, ("since", self.day(at.day()))])
            }
            Occasion::Points { by } => self.text("reminder-points", amount, &[("by", self.day(*by))]),
            Occasion::Grant { tier, by } => {
                self.text("reminder-grant", None, &[("tier", self.name(tier)), ("by", self.day(*by))])
            }
        }
    }

    fn text(&self, id: &str, amount: Option<Amount>, arguments: &[(&str, String)]) -> String {
        let mut arguments: Vec<_> = arguments.iter().map(|(name, text)| (*name, Argument::Text(text))).collect();
        if let Some(known_on) = self.known_on {
            let known_on = self.day(moscow_date(known_on));
            arguments.push(("known", Argument::Text(&known_on)));
            return self.texts.text(&format!("{id}-stale"), &arguments);
        }
        let Some((metric, number)) = amount else { return self.texts.text(id, &arguments) };
        let (of_what, figure, count) = match metric {
            // Kopecks are as many as a fraction: what stands with several.
            Metric::Sum | Metric::CategorySum => {
                let roubles = if number % 100 == 0 { number / 100 } else { 0 };
                ("sum", self.texts.money(Kopecks::new(number)), roubles)
            }
            Metric::Visits => ("visits", self.texts.number(number), number),
            Metric::Receipts => ("receipts", self.texts.number(number), number),
            Metric::Points => ("points", self.texts.number(number), number),
        };
        arguments.extend([("figure", Argument::Text(&figure)), ("count", Argument::Count(count))]);
        self.texts.text(&format!("{id}-{of_what}"), &arguments)
    }

    fn name(&self, id: &TierId) -> String {
        let language = self.texts.language();
        self.rules.tier(id).map_or_else(|| id.as_str().to_owned(), |tier| tier.name(language).to_owned())
    }

    fn day(&self, day: NaiveDate) -> String {
        self.texts.day_of_month(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{locale::Language, programme::rules::tests::DEFAULT, reminders::occasion::Amount};

    const APPROACH: usize = 0;
    const KEEP: usize = 1;
    const POINTS: usize = 2;

    /// Of what, about what, and the text for one, few, many and a fraction; `#` is the figure.
    type Forms = (usize, Metric, [&'static str; 4]);

    const RU: [Forms; 9] = [
        (APPROACH, Metric::Sum, ["остался #.", "осталось #.", "осталось #.", "осталось #."]),
        (
            APPROACH,
            Metric::Visits,
            [
                "остался # день с покупками.",
                "осталось # дня с покупками.",
                "осталось # дней с покупками.",
                "осталось # дня с покупками.",
            ],
        ),
        (APPROACH, Metric::Receipts, ["остался # чек.", "осталось # чека.", "осталось # чеков.", "осталось # чека."]),
        (APPROACH, Metric::Points, ["остался # балл.", "осталось # балла.", "осталось # баллов.", "осталось # балла."]),
        (KEEP, Metric::Sum, ["# ~ сохранит", "# ~ сохранят", "# ~ сохранят", "# ~ сохранят"]),
        (
            KEEP,
            Metric::Visits,
            [
                "Ещё # день с покупками ~ сохранит",
                "Ещё # дня с покупками ~ сохранят",
                "Ещё # дней с покупками ~ сохранят",
                "Ещё # дня с покупками ~ сохранят",
            ],
        ),
        (
            KEEP,
            Metric::Receipts,
            ["Ещё # чек ~ сохранит", "Ещё # чека ~ сохранят", "Ещё # чеков ~ сохранят", "Ещё # чека ~ сохранят"],
        ),
        (
            KEEP,
            Metric::Points,
            ["Ещё # балл ~ сохранит", "Ещё # балла ~ сохранят", "Ещё # баллов ~ сохранят", "Ещё # балла ~ сохранят"],
        ),
        (
            POINTS,
            Metric::Points,
            [
                "# балл действует по 31 марта включительно, потом сгорит.",
                "# балла действуют по 31 марта включительно, потом сгорят.",
                "# баллов действуют по 31 марта включительно, потом сгорят.",
                "# балла действуют по 31 марта включительно, потом сгорят.",
            ],
        ),
    ];

    const EN: [Forms; 9] = [
        (APPROACH, Metric::Sum, ["# remains to", "# remain to", "# remain to", "# remain to"]),
        (
            APPROACH,
            Metric::Visits,
            ["# day with purchases to go", "# days with", "# days with purchases to go", "# days with"],
        ),
        (APPROACH, Metric::Receipts, ["# receipt to go", "# receipts to go", "# receipts to go", "# receipts to go"]),
        (APPROACH, Metric::Points, ["# point to go", "# points to go", "# points to go", "# points to go"]),
        (KEEP, Metric::Sum, ["# ~ keeps", "# ~ keep ", "# ~ keep ", "# ~ keep "]),
        (
            KEEP,
            Metric::Visits,
            [
                "# more day with purchases ~ will",
                "# more days with",
                "# more days with purchases ~ will",
                "# more days",
            ],
        ),
        (
            KEEP,
            Metric::Receipts,
            ["# more receipt ~ will", "# more receipts ~", "# more receipts ~ will", "# more receipts ~"],
        ),
        (KEEP, Metric::Points, ["# more point ~ will", "# more points ~", "# more points ~ will", "# more points ~"]),
        (
            POINTS,
            Metric::Points,
            [
                "# point is valid to the end of 31 March and expires then.",
                "# points are valid",
                "# points are valid to the end of 31 March and expire then.",
                "# points are valid",
            ],
        ),
    ];

    /// A number, and which of the four forms goes with it in either language.
    const COUNTS: [(i64, usize, usize); 7] =
        [(0, 2, 2), (1, 0, 0), (2, 1, 2), (5, 2, 2), (11, 2, 2), (21, 0, 2), (101, 0, 2)];

    fn say(language: Language, what: usize, amount: Amount) -> String {
        let rules = Rules::read(DEFAULT.as_bytes()).unwrap();
        let texts = Texts::new(language);
        let (tier, by) = (TierId::new("leto"), NaiveDate::from_ymd_opt(2026, 3, 31).unwrap());
        let what = match what {
            APPROACH => Occasion::approach(tier, by),
            KEEP => Occasion::Keep { tier, by },
            _ => Occasion::Points { by },
        };
        Words { rules: &rules, texts: &texts, known_on: None }.of(&what, Some(amount))
    }

    #[test]
    fn each_number_has_its_form_in_both_languages() {
        for (language, forms, by) in
            [(Language::Ru, RU, "до 31 марта включительно"), (Language::En, EN, "by the end of 31 March")]
        {
            for (what, metric, forms) in forms {
                let mut cases: Vec<_> = COUNTS
                    .into_iter()
                    .map(|(number, ru, en)| (number, if language == Language::Ru { ru } else { en }))
                    .collect();
                let is_sum = metric == Metric::Sum;
                if is_sum {
                    cases.iter_mut().for_each(|(number, _)| *number *= 100);
                    cases.push((150, 3));
                }
                for (number, form) in cases {
                    let figure = match (is_sum, number, language) {
                        (true, 150, Language::Ru) => "1,50\u{a0}₽".to_owned(),
                        (true, 150, Language::En) => "1.50\u{a0}₽".to_owned(),
                        (true, ..) => format!("{}\u{a0}₽", number / 100),
                        (false, ..) => number.to_string(),
                    };
                    let expected = forms[form].replace('#', &figure).replace('~', by);
                    let said = say(language, what, (metric, number));
                    assert!(said.contains(&expected), "{said:?} has no {expected:?}");
                }
            }
        }
    }
}
