//! After the last round: the network is healthy, and nobody is killed any more.

use anyhow::Context as _;
use chrono::TimeDelta;
use vremena_core::{
    app::Vremena,
    outbox::{DrainBudget, Stop},
    ports::Clock as _,
};

use super::{
    Torture, phone,
    verdict::{Known, Verdict},
};

/// No queue takes more drains: each sends all that is due, and time passes after each.
const MOST_DRAINS: u32 = 100;
/// The gallery goes on deciding while the two lists are read; so often they are read again until they agree.
const MOST_LOOKS: u32 = 10;

impl Torture {
    /// Sends until nothing is left; tells what stays.
    pub async fn drained(&self, app: &Vremena) -> anyhow::Result<Vec<String>> {
        let mut stopped = None;
        for _ in 0..MOST_DRAINS {
            let report = app.outbox().drain(DrainBudget::default()).await?;
            if report.remaining == 0 {
                return Ok(Vec::new());
            }
            stopped = report.stopped;
            if stopped == Some(Stop::SignInNeeded) {
                break;
            }
            let wait = report.next_due.map_or(TimeDelta::zero(), |due| due - self.desktop.clock.now());
            self.time_passes(wait.max(TimeDelta::minutes(1)) + TimeDelta::seconds(1)).await?;
        }
        let mut left = Vec::new();
        let mut last = 0;
        loop {
            let page = app.outbox().page(last, 200).await?;
            let Some(end) = page.last() else { return Ok(left) };
            last = end.entry_id;
            left.extend(page.iter().map(|item| {
                let state = item.wedged_reason.as_deref().unwrap_or("waits");
                format!("left in the queue: entry {} ({state}, {:?})", item.entry_id, stopped)
            }));
        }
    }

    /// What the gallery has, what the phone shows, and what was acknowledged.
    pub async fn compared(&self, app: &Vremena, acknowledged: &[u32]) -> anyhow::Result<Verdict> {
        let mut looks = 0;
        loop {
            app.sync().pull().await?;
            let verdict = Verdict::of(acknowledged, &self.at_the_gallery().await?, &phone::history(app).await?);
            looks += 1;
            if verdict.differ.is_empty() || looks == MOST_LOOKS {
                return Ok(verdict);
            }
        }
    }

    async fn at_the_gallery(&self) -> anyhow::Result<Vec<Known>> {
        let members: Vec<_> =
            self.admin.call(http::Method::GET, "members", None).await?.as_array().cloned().unwrap_or_default();
        let member = members.iter().find(|member| member["phone"] == super::PHONE).context("the member")?;
        let receipts = self.admin.receipts().await?;
        let ours = receipts.iter().filter(|receipt| receipt["member_id"] == member["member_id"]);
        ours.map(|receipt| {
            let text = |name: &str| receipt[name].as_str().map(str::to_owned).with_context(|| name.to_owned());
            let number = receipt["document_number"].as_u64().context("document_number")?;
            Ok(Known { number: u32::try_from(number)?, receipt_id: Some(text("receipt_id")?), state: text("state")? })
        })
        .collect()
    }
}
