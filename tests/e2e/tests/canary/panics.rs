//! Ports that panic, with a secret in their own text.

use std::{
    panic,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use vremena_core::{
    app::Vremena,
    log::LogRecord,
    outbox::DrainBudget,
    ports::{LogSink, Ports, SecureStore, SecureStoreError},
};
use vremena_e2e::receipt_text;

use super::journey::{Heard, Journey, ports};

/// A port that panics while it is told to, quoting what it was given.
struct Panicking<P: ?Sized> {
    is_broken: AtomicBool,
    port: Arc<P>,
}

impl<P: ?Sized> Panicking<P> {
    fn new(port: Arc<P>) -> Arc<Self> {
        Arc::new(Self { is_broken: AtomicBool::new(false), port })
    }

    fn meets(&self, what: &str) {
        assert!(!self.is_broken.load(Ordering::SeqCst), "the port quotes {what}");
    }
}

impl SecureStore for Panicking<dyn SecureStore> {
    fn load(&self, key: &str) -> Result<Option<Vec<u8>>, SecureStoreError> {
        let value = self.port.load(key)?;
        self.meets(&String::from_utf8_lossy(value.as_deref().unwrap_or_default()));
        Ok(value)
    }

    fn save(&self, key: &str, value: &[u8]) -> Result<(), SecureStoreError> {
        self.meets(&String::from_utf8_lossy(value));
        self.port.save(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), SecureStoreError> {
        self.port.remove(key)
    }
}

impl LogSink for Panicking<Heard> {
    fn log(&self, record: &LogRecord) {
        self.meets(&record.to_string());
        self.port.log(record);
    }
}

/// The texts of all panics from now on. One test alone may ask for them: the hook is the process's.
fn panics() -> Arc<Mutex<Vec<String>>> {
    let texts = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&texts);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        let text = panicked.to_string();
        if text.contains("the port quotes") { kept.lock().unwrap().push(text) } else { usual(panicked) }
    }));
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_panics_brings_nothing_of_its_text_into_the_log_and_ends_only_its_call() {
    let journey = Journey::begun().await;
    let Journey { app, gallery, desktop, config, heard, canaries, .. } = &journey;
    app.shut_down().await.unwrap();
    let store = Panicking::<dyn SecureStore>::new(Arc::clone(&desktop.secure_store) as _);
    let log = Panicking::new(Arc::clone(heard));
    let lent = Ports { secure_store: Arc::clone(&store) as _, log: Arc::clone(&log) as _, ..ports(desktop, heard) };
    let app = Arc::new(Vremena::open(config.clone(), lent).await.unwrap());
    app.receipts().capture_text(&receipt_text(1, 100)).await.unwrap();
    let texts = panics();

    store.is_broken.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let pulling = Arc::clone(&app);
        assert!(tokio::spawn(async move { pulling.sync().pull().await }).await.unwrap_err().is_panic());
    }
    assert!(!canaries.found_in(&texts.lock().unwrap().join("\n")).is_empty(), "the port's own panic quotes a token");
    store.is_broken.store(false, Ordering::SeqCst);
    app.sync().pull().await.unwrap();

    texts.lock().unwrap().clear();
    log.is_broken.store(true, Ordering::SeqCst);
    let draining = Arc::clone(&app);
    assert!(
        tokio::spawn(async move { draining.outbox().drain(DrainBudget::default()).await })
            .await
            .unwrap_err()
            .is_panic()
    );
    let quoted = texts.lock().unwrap().join("\n");
    assert!(quoted.contains("request method=post route=/v1/receipts"), "{quoted}");
    assert_eq!(canaries.found_in(&quoted), [], "a log can only quote what it was given");
    log.is_broken.store(false, Ordering::SeqCst);
    app.outbox().drain(DrainBudget::default()).await.unwrap();
    assert_eq!(gallery.admin.receipts().await.unwrap().len(), 1, "sent once, and the queue goes on");

    heard.value(app.diagnostics().await);
    assert_eq!(canaries.found_in(&heard.all()), []);
}
