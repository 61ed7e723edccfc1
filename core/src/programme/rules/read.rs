//! Reads and validates a rules document. Fields that the format does not name are ignored.

use std::collections::HashSet;

use ::http::Uri;

use super::{
    Benefit, Bilingual, Campaign, Counting, Downgrade, Legal, Metric, Period, ReceiptRules, ReminderRules, Requirement,
    Returns, Rules, Tier, Validity,
};
use crate::{
    ids::TierId,
    locale::Language,
    programme::{
        fault::{FaultKind, Refused},
        place::{Place, whole},
    },
};

/// The programme's calendar, the app's texts and the tills are all of this zone.
const ZONE: &str = "Europe/Moscow";
const MOST_MONTHS: u32 = 1_200;
const MOST_DAYS: u32 = 36_600;
/// Of groups within one another.
const DEEPEST: usize = 8;
const PERCENT: (u32, u32) = (100, 10_000);

impl Rules {
    /// Reads a document.
    ///
    /// # Errors
    /// [`Refused`] with every fault; nothing of the document is applied then.
    pub fn read(json: &[u8]) -> Result<Self, Refused> {
        whole(json, Self::at)
    }

    fn at(document: &Place<'_>) -> Option<Self> {
        document.object()?;
        let version = document.member("version").count(0, u32::MAX);
        let effective_from = document.member("effective_from").day();
        let zone = document.member("zone");
        if zone.text().is_some_and(|name| name != ZONE) {
            zone.fault(FaultKind::Unknown);
        }
        let period = period(&document.member("period"));
        let validity = validity(&document.member("validity"));
        let downgrade = document.member("downgrade");
        let downgrade_read = downgrade.word(&[
            ("by_balance", Downgrade::ByBalance),
            ("one_step", Downgrade::OneStep),
            ("never", Downgrade::Never),
        ]);
        let falls_daily = period.is_some_and(Period::is_sliding) && validity == Some(Validity::PeriodEnd);
        if falls_daily && downgrade_read == Some(Downgrade::OneStep) {
            downgrade.fault(FaultKind::EachMidnight);
        }
        let grace_days = or_default(&document.member("grace_days"), |place| place.count(0, MOST_DAYS));
        let returns = document
            .member("returns")
            .word(&[("original_date", Returns::OriginalDate), ("return_date", Returns::ReturnDate)]);
        let counting = or_default(&document.member("counting"), counting);
        let campaigns = or_default(&document.member("campaigns"), campaigns);
        let mut categories = Vec::new();
        let mut tier_ids = HashSet::new();
        let tiers = tiers(&document.member("tiers"), &mut tier_ids, &mut categories);
        let receipts = or_default(&document.member("receipts"), receipts);
        let reminders = or_default(&document.member("reminders"), ReminderRules::read);
        let benefits = or_default(&document.member("benefits"), |place| benefits(place, &tier_ids));
        let legal = or_default(&document.member("legal"), |place| legal(place).map(Some));
        Some(Self {
            version: version?,
            effective_from: effective_from?,
            period: period?,
            validity: validity?,
            downgrade: downgrade_read?,
            grace_days: grace_days?,
            returns: returns?,
            counting: counting?,
            campaigns: campaigns?,
            tiers: tiers?,
            benefits: benefits?,
            receipts: receipts?,
            legal: legal?,
            reminders: reminders?,
            categories,
        })
    }
}

fn or_default<T: Default>(place: &Place<'_>, read: impl FnOnce(&Place<'_>) -> Option<T>) -> Option<T> {
    place.if_there().map_or_else(|| Some(T::default()), read)
}

fn period(place: &Place<'_>) -> Option<Period> {
    place.object()?;
    let n = |most| place.member("n").count(1, most);
    match place.member("kind").word(
        &["rolling_months", "rolling_days", "calendar_year", "anniversary", "lifetime"].map(|kind| (kind, kind)),
    )? {
        "rolling_months" => n(MOST_MONTHS).map(Period::RollingMonths),
        "rolling_days" => n(MOST_DAYS).map(Period::RollingDays),
        "calendar_year" => Some(Period::CalendarYear),
        "anniversary" => Some(Period::Anniversary),
        _ => Some(Period::Lifetime),
    }
}

fn validity(place: &Place<'_>) -> Option<Validity> {
    place.object()?;
    match place.member("kind").word(&["period_end", "months", "next_year_end", "forever"].map(|kind| (kind, kind)))? {
        "period_end" => Some(Validity::PeriodEnd),
        "months" => place.member("n").count(1, MOST_MONTHS).map(Validity::Months),
        "next_year_end" => Some(Validity::NextYearEnd),
        _ => Some(Validity::Forever),
    }
}

fn counting(place: &Place<'_>) -> Option<Counting> {
    place.object()?;
    let min_receipt = or_default(&place.member("min_receipt"), |place| place.number(0, i64::MAX));
    let excluded_categories = or_default(&place.member("excluded_categories"), texts);
    Some(Counting { min_receipt: min_receipt?, excluded_categories: excluded_categories? })
}

fn texts(place: &Place<'_>) -> Option<Vec<String>> {
    place.list(|_, item| item.text().map(str::to_owned))
}

fn campaigns(place: &Place<'_>) -> Option<Vec<Campaign>> {
    let mut ids = HashSet::new();
    place.list(|_, item| {
        item.object()?;
        let id = unique(&item.member("id"), &mut ids);
        let (from, until) = (item.member("from").day(), item.member("until").day());
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            item.fault(FaultKind::Reversed);
        }
        let percent = item.member("percent").count(PERCENT.0, PERCENT.1);
        let categories = item.member("categories");
        let categories = match categories.if_there() {
            Some(listed) => Some(texts(listed)?),
            None => None,
        };
        Some(Campaign { id: id?, from: from?, until: until?, percent: percent?, categories })
    })
}

fn tiers(place: &Place<'_>, ids: &mut HashSet<String>, categories: &mut Vec<String>) -> Option<Vec<Tier>> {
    let mut plain_sum = 0;
    let mut number_of_tiers = 0;
    let tiers = place.list(|number, item| {
        number_of_tiers += 1;
        item.object()?;
        let id = unique(&item.member("id"), ids);
        let names = bilingual(&item.member("name"));
        let require = item.member("require");
        if number == 0 {
            if require.is_there() {
                require.fault(FaultKind::FirstTier);
            }
            return Some(Tier { id: TierId::new(id?), require: None, names: names? });
        }
        let requirement = requirement(&require, categories, 0);
        if let Some(Requirement::Metric { metric: Metric::Sum, at_least, .. }) = &requirement {
            if *at_least <= plain_sum {
                require.member("at_least").fault(FaultKind::NotAbove);
            }
            plain_sum = *at_least;
        }
        Some(Tier { id: TierId::new(id?), require: Some(requirement?), names: names? })
    })?;
    if number_of_tiers == 0 {
        place.fault(FaultKind::Empty);
    }
    Some(tiers)
}

fn requirement(place: &Place<'_>, categories: &mut Vec<String>, groups: usize) -> Option<Requirement> {
    place.object()?;
    let (metric, all_of, any_of) = (place.member("metric"), place.member("all_of"), place.member("any_of"));
    match (metric.is_there(), all_of.is_there(), any_of.is_there()) {
        (true, false, false) => {
            let metric = metric.word(&[
                ("sum", Metric::Sum),
                ("visits", Metric::Visits),
                ("receipts", Metric::Receipts),
                ("points", Metric::Points),
                ("category_sum", Metric::CategorySum),
            ]);
            let category = match metric {
                Some(Metric::CategorySum) => place.member("category").name().map(|name| Some(slot(categories, name))),
                _ => Some(None),
            };
            let at_least = place.member("at_least").number(1, i64::MAX);
            Some(Requirement::Metric { metric: metric?, category: category?, at_least: at_least? })
        }
        (false, true, false) => group(&all_of, categories, groups).map(Requirement::AllOf),
        (false, false, true) => group(&any_of, categories, groups).map(Requirement::AnyOf),
        (false, false, false) => {
            metric.fault(FaultKind::Missing);
            None
        }
        _ => {
            place.fault(FaultKind::Ambiguous);
            None
        }
    }
}

fn group(place: &Place<'_>, categories: &mut Vec<String>, groups: usize) -> Option<Vec<Requirement>> {
    if groups == DEEPEST {
        place.fault(FaultKind::TooDeep);
        return None;
    }
    let mut number_of_parts = 0;
    let parts = place.list(|_, item| {
        number_of_parts += 1;
        requirement(item, categories, groups + 1)
    })?;
    if number_of_parts == 0 {
        place.fault(FaultKind::Empty);
    }
    Some(parts)
}

fn slot(categories: &mut Vec<String>, name: &str) -> usize {
    categories.iter().position(|known| known == name).unwrap_or_else(|| {
        categories.push(name.to_owned());
        categories.len() - 1
    })
}

fn unique(place: &Place<'_>, ids: &mut HashSet<String>) -> Option<String> {
    let id = place.name()?.to_owned();
    if !ids.insert(id.clone()) {
        place.fault(FaultKind::Duplicate);
    }
    Some(id)
}

fn bilingual(place: &Place<'_>) -> Option<Bilingual> {
    place.object()?;
    let text = |language: Language| Some((language.tag(), place.member(language.tag()).name()?.to_owned()));
    let (ru, en) = (text(Language::Ru), text(Language::En));
    Some([ru?, en?].into_iter().collect())
}

fn receipts(place: &Place<'_>) -> Option<ReceiptRules> {
    place.object()?;
    let days = |name| match place.member(name).if_there() {
        Some(days) => days.count(0, MOST_DAYS).map(Some),
        None => Some(None),
    };
    let (max_age_days, not_found_after_days) = (days("max_age_days"), days("not_found_after_days"));
    Some(ReceiptRules { max_age_days: max_age_days?, not_found_after_days: not_found_after_days? })
}

fn benefits(place: &Place<'_>, tiers: &HashSet<String>) -> Option<Vec<Benefit>> {
    let mut ids = HashSet::new();
    place.list(|_, item| {
        item.object()?;
        let id = unique(&item.member("id"), &mut ids);
        let tier = item.member("tier");
        let tier_id = tier.name();
        if tier_id.is_some_and(|id| !tiers.contains(id)) {
            tier.fault(FaultKind::Unknown);
        }
        let texts = bilingual(&item.member("text"));
        Some(Benefit { id: id?, tier: TierId::new(tier_id?), texts: texts? })
    })
}

fn legal(place: &Place<'_>) -> Option<Legal> {
    place.object()?;
    let (url, sha256) = (place.member("url"), place.member("sha256"));
    let address = url.text();
    if address.is_some_and(|text| !is_address(text)) {
        url.fault(FaultKind::Form("an https address"));
    }
    let digits = sha256.text();
    if digits.is_some_and(|text| text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        sha256.fault(FaultKind::Form("64 hexadecimal digits"));
    }
    let texts = bilingual(&place.member("text"));
    Some(Legal { url: address?.to_owned(), sha256: digits?.to_ascii_lowercase(), texts: texts? })
}

fn is_address(text: &str) -> bool {
    let address = text.parse::<Uri>();
    address.is_ok_and(|uri| uri.scheme_str() == Some("https") && uri.host().is_some_and(|host| !host.is_empty()))
}
