//! What calls cost inside Rust, for `cargo xtask bench-boundary` to set beside the same calls from Kotlin and Swift.
//!
//! `boundary prepare FOLDER` makes a member's folder with 50 receipts, `boundary measure FOLDER ROUNDS` prints one line
//! for each call: its name and nanoseconds, the median of ROUNDS batches.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program of the tests")]

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use tokio::runtime::Runtime;
use vremena_core::{app, receipts::Capture, time};
use vremena_ffi::{
    config::{Config, Language, Work},
    core::VremenaCore,
    ports::{Clock, Connectivity, LogRecord, LogSink, PortError, Ports, SecureStore, SecureStoreError},
    probe::Probe,
    scanner::Rotation,
};
use vremena_qa::{admin::Admin, platform::Desktop};
use vremena_sandbox::Sandbox;

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 960;
const RECEIPTS: u32 = 50;
const ASKED: u32 = 1_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = Runtime::new().unwrap();
    match arguments[..] {
        ["prepare", folder] => runtime.block_on(prepare(Path::new(folder))),
        ["measure", folder, rounds] => measure(&runtime, folder, rounds.parse().unwrap()),
        _ => println!("usage: boundary prepare FOLDER | boundary measure FOLDER ROUNDS"),
    }
}

async fn prepare(folder: &Path) {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_489_600);
    let gallery = tempfile::tempdir().unwrap();
    let localhost = ([127, 0, 0, 1], 0).into();
    let sandbox = Sandbox::start(vremena_sandbox::Config {
        listen: localhost,
        admin_listen: localhost,
        database: gallery.path().join("gallery.db"),
        seed: 1,
        start: Some(start.into()),
        admin_token: "token".to_owned(),
        tls: None,
    })
    .await
    .unwrap();
    let admin = Admin::new(sandbox.admin_url(), "token").unwrap();
    let config = app::Config { work: app::Work::OnDemand, ..app::Config::new(folder, sandbox.base_url()) };
    let member = app::Vremena::open(config, Desktop::new(folder, start.into()).ports()).await.unwrap();
    let phone = "+79000000000";
    let consents = member.account().consent_documents().await.unwrap();
    let required = consents.iter().map(|document| (document.purpose, document.required)).collect();
    member.account().decide_consents(required).await.unwrap();
    member.account().request_code(phone).await.unwrap();
    member.account().sign_in(phone, &admin.code(phone).await.unwrap()).await.unwrap();
    for number in 1..=RECEIPTS {
        let text = format!("t=20260313T1200&s={number}00.00&fn=7380440801290534&i={number}&fp=1880975916&n=1");
        assert!(matches!(member.receipts().capture_text(&text).await.unwrap(), Capture::Captured(_)));
    }
    member.shut_down().await.unwrap();
    sandbox.stop().await;
}

fn measure(runtime: &Runtime, folder: &str, rounds: usize) {
    let phone = Arc::new(Phone);
    let config = Config {
        directory: folder.to_owned(),
        base_url: "http://127.0.0.1:9".to_owned(),
        language: Language::Ru,
        work: Work::OnDemand,
        wallet_issuer: None,
        extra_roots: Vec::new(),
        timeouts: None,
        pins: None,
    };
    let ports = Ports {
        secure_store: Arc::clone(&phone) as _,
        connectivity: Arc::clone(&phone) as _,
        log: Arc::clone(&phone) as _,
        clock: None,
    };
    let core = runtime.block_on(VremenaCore::open(config, ports)).unwrap();
    let probe = Probe::beside(Arc::clone(&core)).unwrap();
    let (receipts, live) = (core.receipts().unwrap(), core.scanner().unwrap().live().unwrap());
    let receipt = probe.page().unwrap().remove(0);
    let frame: Vec<u8> = (0..WIDTH * HEIGHT).map(|index| (index / WIDTH) as u8 / 2 + 64).collect();
    let clock: Arc<dyn Clock> = phone;

    let tell = |name: &str, took: Duration| println!("{name} {}", took.as_nanos());
    tell("small", median(rounds, 1_000, || assert_eq!(probe.small(1).unwrap(), 2)));
    tell("small_async", median(rounds, 100, || assert_eq!(runtime.block_on(probe.small_async(1)).unwrap(), 2)));
    tell("echo", median(rounds, 100, || assert_eq!(probe.echo(receipt.clone()).unwrap().local_id, 0)));
    tell("page", median(rounds, 10, || assert_eq!(probe.page().unwrap().len(), RECEIPTS as usize)));
    tell(
        "page_from_disk",
        median(rounds, 10, || {
            assert_eq!(runtime.block_on(receipts.page(None, RECEIPTS)).unwrap().len(), RECEIPTS as usize);
        }),
    );
    tell("frame", median(rounds, 100, || assert_eq!(probe.frame(&frame).unwrap(), *frame.last().unwrap())));
    tell(
        "frame_scanned",
        median(rounds, 2, || {
            assert!(live.frame(&frame, WIDTH, HEIGHT, WIDTH, Rotation::None).unwrap().codes.is_empty());
        }),
    );
    tell("port", median(rounds, 1, || assert!(probe.ask(Arc::clone(&clock), ASKED).is_ok())) / ASKED);
    runtime.block_on(core.shut_down()).unwrap();
}

/// The median of what one call took, over `rounds` batches of so many calls; a tenth of them beforehand, to get warm.
fn median(rounds: usize, calls: u32, mut call: impl FnMut()) -> Duration {
    let mut batch = || {
        let start = Instant::now();
        (0..calls).for_each(|_| call());
        start.elapsed() / calls
    };
    (0..rounds.div_ceil(10)).for_each(|_| _ = batch());
    let mut batches: Vec<Duration> = (0..rounds).map(|_| batch()).collect();
    batches.sort_unstable();
    batches[batches.len() / 2]
}

/// A phone without a network.
struct Phone;

impl SecureStore for Phone {
    fn load(&self, _: String) -> Result<Option<Vec<u8>>, SecureStoreError> {
        Ok(None)
    }

    fn save(&self, _: String, _: Vec<u8>) -> Result<(), SecureStoreError> {
        Ok(())
    }

    fn remove(&self, _: String) -> Result<(), SecureStoreError> {
        Ok(())
    }
}

impl Connectivity for Phone {
    fn is_online(&self) -> Result<bool, PortError> {
        Ok(false)
    }
}

impl LogSink for Phone {
    fn log(&self, _: LogRecord) -> Result<(), PortError> {
        Ok(())
    }
}

impl Clock for Phone {
    fn now(&self) -> Result<vremena_ffi::values::Instant, PortError> {
        Ok(time::from_millis(1_773_489_600_000))
    }
}
