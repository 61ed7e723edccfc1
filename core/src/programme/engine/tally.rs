//! What is reached over the window of a day.

use std::collections::VecDeque;

use chrono::NaiveDate;

use super::movement::{Dated, Movement};
use crate::programme::rules::{Metric, Requirement, Rules};

/// What is reached on a day, from the movements of its window that were added so far.
#[derive(Clone, Debug)]
pub struct Tally {
    day: NaiveDate,
    first_day: NaiveDate,
    /// The place of the first movement that is not before the window.
    oldest: usize,
    // A ledger of the largest amounts does not fit 64 bits.
    sum: i128,
    of_category: Vec<i128>,
    receipts: u32,
    visits: u32,
    /// The receipts of each day of the window, as many as are left of them.
    days: VecDeque<(NaiveDate, u32)>,
    /// What is left of points, by the last day on which they are worth something; never nothing of one.
    points: VecDeque<(NaiveDate, i128)>,
    all_points: i128,
}

impl Tally {
    /// Nothing, on `day`.
    pub fn new(rules: &Rules, day: NaiveDate, joined: NaiveDate) -> Self {
        Self {
            day,
            first_day: rules.period.first_day(day, joined),
            oldest: 0,
            sum: 0,
            of_category: vec![0; rules.categories.len()],
            receipts: 0,
            visits: 0,
            days: VecDeque::new(),
            points: VecDeque::new(),
            all_points: 0,
        }
    }

    /// Adds the next movement, which is one of the present day.
    pub fn add(&mut self, movement: &Movement) {
        match *movement {
            Movement::Silent | Movement::Grant(..) => {}
            Movement::Purchase { value, category, is_receipt } => {
                self.change(value, category);
                if is_receipt {
                    self.receipts += 1;
                    match self.days.back_mut() {
                        Some((day, receipts)) if *day == self.day => {
                            self.visits += u32::from(*receipts == 0);
                            *receipts += 1;
                        }
                        _ => {
                            self.visits += 1;
                            self.days.push_back((self.day, 1));
                        }
                    }
                }
            }
            Movement::Return { value, category, empties } => {
                self.change(value, category);
                if let Some(day) = empties {
                    self.remove_receipt(day);
                }
            }
            Movement::Points(points @ 1.., expires) => {
                let expires = expires.unwrap_or(NaiveDate::MAX);
                if expires >= self.day {
                    self.add_points(i128::from(points), expires);
                }
            }
            Movement::Points(points, _) => self.use_up(-i128::from(points)),
        }
    }

    /// Goes on to a later day; says whether anything left the window or expired.
    pub fn go_to(&mut self, rules: &Rules, day: NaiveDate, joined: NaiveDate, movements: &[Dated]) -> bool {
        self.day = day;
        self.first_day = rules.period.first_day(day, joined);
        let before = self.oldest;
        while let Some((_, movement)) = movements.get(self.oldest).filter(|(of, _)| *of < self.first_day) {
            self.change(-movement.value(), movement.category());
            self.oldest += 1;
        }
        while let Some((_, receipts)) = self.days.front().filter(|(of, _)| *of < self.first_day) {
            self.receipts -= receipts;
            self.visits -= u32::from(*receipts > 0);
            self.days.pop_front();
        }
        let mut has_expired = false;
        while let Some((_, expired)) = self.points.front().filter(|(of, _)| *of < day) {
            self.all_points -= expired;
            self.points.pop_front();
            has_expired = true;
        }
        has_expired || self.oldest > before
    }

    /// The value of `sum` that leaves the window on `day`, from what is in it now.
    pub fn leaving(
        &self,
        rules: &Rules,
        day: NaiveDate,
        joined: NaiveDate,
        movements: &[Dated],
        from: &mut usize,
    ) -> i128 {
        let first_day = rules.period.first_day(day, joined);
        *from = (*from).max(self.oldest);
        let mut value = 0;
        while let Some((_, movement)) = movements.get(*from).filter(|(of, _)| *of < first_day) {
            value += i128::from(movement.value());
            *from += 1;
        }
        value
    }

    /// What is left of the points that expire.
    pub fn expiring(&self) -> impl Iterator<Item = (NaiveDate, i64)> {
        let points = |left: i128| i64::try_from(left).unwrap_or(i64::MAX);
        self.points.iter().filter(|(by, _)| *by < NaiveDate::MAX).map(move |(by, left)| (*by, points(*left)))
    }

    /// How much of `metric` there is, of a category by its place; never below 0.
    pub fn reached(&self, metric: Metric, category: Option<usize>) -> i64 {
        let reached = match metric {
            Metric::Sum => self.sum,
            Metric::CategorySum => category.and_then(|place| self.of_category.get(place)).copied().unwrap_or_default(),
            Metric::Visits => self.visits.into(),
            Metric::Receipts => self.receipts.into(),
            Metric::Points => self.all_points,
        };
        i64::try_from(reached.max(0)).unwrap_or(i64::MAX)
    }

    pub fn holds(&self, requirement: &Requirement) -> bool {
        match requirement {
            Requirement::Metric { metric, category, at_least } => self.reached(*metric, *category) >= *at_least,
            Requirement::AllOf(parts) => parts.iter().all(|part| self.holds(part)),
            Requirement::AnyOf(parts) => parts.iter().any(|part| self.holds(part)),
        }
    }

    /// The place of the highest tier whose own requirement holds.
    pub fn tier(&self, rules: &Rules) -> usize {
        let holds = |require: &Option<Requirement>| require.as_ref().is_none_or(|require| self.holds(require));
        rules.tiers.iter().rposition(|tier| holds(&tier.require)).unwrap_or_default()
    }

    fn change(&mut self, value: i64, category: Option<usize>) {
        self.sum += i128::from(value);
        if let Some(sum) = category.and_then(|place| self.of_category.get_mut(place)) {
            *sum += i128::from(value);
        }
    }

    /// A receipt of which nothing is left, where its day is still in the window.
    fn remove_receipt(&mut self, day: NaiveDate) {
        let Ok(place) = self.days.binary_search_by_key(&day, |(day, _)| *day) else { return };
        if let Some((_, receipts)) = self.days.get_mut(place).filter(|(_, receipts)| *receipts > 0) {
            *receipts -= 1;
            self.receipts -= 1;
            self.visits -= u32::from(*receipts == 0);
        }
    }

    fn add_points(&mut self, points: i128, expires: NaiveDate) {
        self.all_points += points;
        match self.points.binary_search_by_key(&expires, |(of, _)| *of) {
            Ok(place) => self.points.get_mut(place).into_iter().for_each(|(_, left)| *left += points),
            Err(place) => self.points.insert(place, (expires, points)),
        }
    }

    /// Uses up what expires first.
    fn use_up(&mut self, points: i128) {
        let mut left = points.min(self.all_points);
        self.all_points -= left;
        while left > 0 {
            let Some((_, lot)) = self.points.front_mut() else { return };
            let used = left.min(*lot);
            left -= used;
            *lot -= used;
            if *lot == 0 {
                self.points.pop_front();
            }
        }
    }
}
