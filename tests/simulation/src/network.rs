//! What carries requests between a phone and the gallery, and what happens to them on the way.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use http::{Request, Response};
use tokio::{sync::oneshot, time::sleep};
use vremena_core::http::{Transport, TransportError, TransportFuture};

use crate::{dice::Dice, fault::Fault, gallery::Gallery, history::History, traffic::Traffic};

/// As long as the real transport waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
const USUAL: Range<Duration> = Duration::from_millis(20)..Duration::from_millis(250);
const SLOW: Range<Duration> = Duration::from_secs(1)..Duration::from_secs(14);
/// When what was delayed or doubled arrives, at the earliest; at the latest after more than five hours.
const LATE: Duration = Duration::from_secs(40);
const LATE_DOUBLINGS: u32 = 9;
/// What happens to single requests, in the order in which it is drawn.
const ON_THE_WAY: [Fault; 9] = [
    Fault::Refused,
    Fault::RequestLost,
    Fault::AnswerLost,
    Fault::Cut,
    Fault::Delayed,
    Fault::Doubled,
    Fault::Reordered,
    Fault::Busy,
    Fault::Portal,
];

/// More requests than any world makes that holds.
const TOO_MANY: u64 = 10_000;

/// The network of one phone.
pub struct Network {
    gallery: Arc<Gallery>,
    history: Arc<History>,
    dice: Mutex<Dice>,
    /// How often each of [`ON_THE_WAY`] happens.
    rates: Vec<(Fault, f64)>,
    is_healed: AtomicBool,
    /// What every request meets, and until when.
    outage: Mutex<Option<(Fault, DateTime<Utc>)>>,
    last_arrival: Mutex<DateTime<Utc>>,
    happened: Mutex<BTreeMap<Fault, u64>>,
    traffic: Mutex<Traffic>,
}

type Answer = Result<Response<Vec<u8>>, TransportError>;

impl Network {
    /// A network whose faults happen as often as `rates` says.
    #[must_use]
    pub fn new(gallery: Arc<Gallery>, history: Arc<History>, dice: Dice, rates: &BTreeMap<Fault, f64>) -> Self {
        let last_arrival = Mutex::new(gallery.now());
        let rates = ON_THE_WAY.iter().filter_map(|fault| rates.get(fault).map(|rate| (*fault, *rate))).collect();
        Self {
            gallery,
            history,
            dice: Mutex::new(dice),
            rates,
            is_healed: AtomicBool::new(false),
            outage: Mutex::default(),
            last_arrival,
            happened: Mutex::default(),
            traffic: Mutex::default(),
        }
    }

    /// From now on nothing goes wrong here.
    pub fn heal(&self) {
        self.is_healed.store(true, Ordering::Relaxed);
    }

    /// For so long every request meets `fault`.
    pub fn fail_for(&self, fault: Fault, time: Duration) {
        *lock(&self.outage) = Some((fault, self.gallery.now() + time));
    }

    /// When the last of all that was ever on its way has arrived or will.
    #[must_use]
    pub fn last_arrival(&self) -> DateTime<Utc> {
        *lock(&self.last_arrival)
    }

    /// How often each fault has happened.
    #[must_use]
    pub fn happened(&self) -> BTreeMap<Fault, u64> {
        lock(&self.happened).clone()
    }

    /// What was asked of the gallery.
    pub fn traffic(&self) -> MutexGuard<'_, Traffic> {
        lock(&self.traffic)
    }

    /// What happens to the next request.
    fn fate(&self) -> Option<Fault> {
        let is_healed = self.is_healed.load(Ordering::Relaxed);
        let mut dice = lock(&self.dice);
        // Each is drawn in any case: what one fault brings must not depend on whether another is allowed.
        let drawn: Vec<_> = self.rates.iter().map(|(fault, rate)| (*fault, dice.happens(*rate))).collect();
        let outage = lock(&self.outage).filter(|(_, until)| self.gallery.now() < *until);
        let single = drawn.into_iter().find(|(_, happens)| *happens).map(|(fault, _)| fault);
        let fate = outage.map(|(fault, _)| fault).or(single).filter(|_| !is_healed);
        if let Some(fault) = fate {
            *lock(&self.happened).entry(fault).or_default() += 1;
        }
        fate
    }

    fn duration(&self, range: Range<Duration>) -> Duration {
        lock(&self.dice).duration(range)
    }

    fn late(&self) -> Duration {
        lock(&self.dice).scaled(LATE, LATE_DOUBLINGS)
    }

    async fn carry(&self, request: Request<Vec<u8>>) -> Answer {
        let fate = self.fate();
        let line = format!("{} {}", request.method(), request.uri().path());
        let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        if lock(&self.traffic).requests() > TOO_MANY {
            // The world is a storm: it must end.
            return too_long().await;
        }
        lock(&self.traffic).asked(self.gallery.now(), key, request.body().len());
        let what_happens = fate.map_or("", Fault::code);
        self.tell(format_args!("→ {line} {} {what_happens}", &key[..key.len().min(6)]));
        let answer = self.meet(fate, request).await;
        match &answer {
            Ok(response) => {
                lock(&self.traffic).carried(self.gallery.now(), response.body().len());
                self.tell(format_args!("← {line} {}", response.status().as_u16()));
            }
            Err(error) => self.tell(format_args!("← {line} {error}")),
        }
        answer
    }

    async fn meet(&self, fate: Option<Fault>, request: Request<Vec<u8>>) -> Answer {
        let there = self.duration(USUAL);
        match fate {
            Some(Fault::Refused) => {
                sleep(there).await;
                Err(TransportError::Unreachable)
            }
            Some(Fault::RequestLost) => too_long().await,
            Some(Fault::AnswerLost) => {
                let _nobody_hears = self.deliver(request, there);
                too_long().await
            }
            Some(Fault::Delayed) => {
                let _nobody_hears = self.deliver(request, self.late());
                too_long().await
            }
            Some(Fault::Cut) => {
                let _whole = self.deliver(request, there).await;
                Err(TransportError::Cut)
            }
            Some(Fault::Doubled) => {
                let again = clone(&request);
                let answer = self.deliver(request, there);
                let _nobody_hears = self.deliver(again, self.late());
                heard(answer.await)
            }
            Some(Fault::Reordered) => {
                let answer = self.deliver(request, self.duration(SLOW)).await;
                sleep(self.duration(SLOW)).await;
                heard(answer)
            }
            Some(Fault::Busy) => {
                sleep(there).await;
                Ok(self.busy())
            }
            Some(Fault::Portal) => {
                sleep(there).await;
                Ok(page())
            }
            _ => {
                let answer = self.deliver(request, there).await;
                sleep(there).await;
                heard(answer)
            }
        }
    }

    /// Brings the request to the gallery after `delay`, whether or not anybody still waits for the answer.
    fn deliver(&self, request: Request<Vec<u8>>, delay: Duration) -> oneshot::Receiver<Response<Vec<u8>>> {
        let (answer, heard) = oneshot::channel();
        let gallery = Arc::clone(&self.gallery);
        let mut last = lock(&self.last_arrival);
        *last = (*last).max(gallery.now() + delay);
        let _on_its_way = tokio::spawn(async move {
            sleep(delay).await;
            if let Ok(response) = gallery.serve(request).await {
                let _nobody_may_wait = answer.send(response);
            }
        });
        heard
    }

    fn busy(&self) -> Response<Vec<u8>> {
        let now = self.gallery.now();
        let mut dice = lock(&self.dice);
        let status = dice.one_of(&[429, 503, 500]).copied().unwrap_or(503);
        let seconds = dice.number(1..400);
        let until = now + chrono::TimeDelta::seconds(i64::from(seconds));
        let asked = match dice.number(0..3) {
            0 => None,
            1 => Some(seconds.to_string()),
            _ => Some(until.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        };
        let mut answer = Response::new(br#"{"type":"urn:vremena:problem:busy","title":"Busy"}"#.to_vec());
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        let headers = answer.headers_mut();
        headers.insert("content-type", http::HeaderValue::from_static("application/problem+json"));
        headers.insert("vremena-contract", http::HeaderValue::from_static("1"));
        if let Some(asked) = asked.and_then(|asked| asked.parse().ok()) {
            headers.insert("retry-after", asked);
        }
        answer
    }

    fn tell(&self, what: std::fmt::Arguments<'_>) {
        self.history.tell(self.gallery.now(), "network", what);
    }
}

impl Transport for Network {
    fn send(&self, request: Request<Vec<u8>>) -> TransportFuture<'_> {
        Box::pin(self.carry(request))
    }
}

async fn too_long() -> Answer {
    sleep(PATIENCE).await;
    Err(TransportError::TimedOut)
}

/// A sender that was dropped is a gallery that broke off.
fn heard(answer: Result<Response<Vec<u8>>, oneshot::error::RecvError>) -> Answer {
    answer.map_err(|_| TransportError::Cut)
}

fn page() -> Response<Vec<u8>> {
    let mut answer = Response::new(b"<html><body>Sign in to this network</body></html>".to_vec());
    answer.headers_mut().insert("content-type", http::HeaderValue::from_static("text/html"));
    answer
}

fn clone(request: &Request<Vec<u8>>) -> Request<Vec<u8>> {
    let mut copy = Request::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
