//! `vremena sandbox --tls`, and who trusts it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{TimeDelta, Utc};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use vremena_core::{
    app::{Config, Vremena, Work},
    error::CoreError,
    http::PinSet,
};
use vremena_qa::{consents, platform::Desktop};

/// Ended with the test, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

fn vremena() -> Command {
    Command::new(env!("CARGO_BIN_EXE_vremena"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sandbox_prints_is_what_a_phone_needs_to_trust_it() {
    let place = tempfile::tempdir().unwrap();
    let mut command = vremena();
    command.args(["sandbox", "--tls", "--listen", "127.0.0.1:0", "--db"]).arg(place.path().join("gallery.db"));
    let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let mut printed = |name: &str| {
        let line = lines.by_ref().map(Result::unwrap).find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].trim().to_owned()
    };
    let base_url = printed("gallery");
    let root = CertificateDer::from_pem_file(printed("root")).unwrap();
    let pin = |text: String| <[u8; 32]>::try_from(STANDARD.decode(text).unwrap()).unwrap();
    let sha256 = vec![pin(printed("pin")), pin(printed("backup pin"))];
    let config = Config {
        work: Work::OnDemand,
        extra_roots: vec![root.to_vec()],
        pins: Some(PinSet { sha256, expires_at: Utc::now() + TimeDelta::days(1) }),
        ..Config::new(place.path().join("member"), &base_url)
    };
    let desktop = Desktop::new(place.path(), Utc::now());
    let app = Vremena::open(config.clone(), desktop.ports()).await.unwrap();
    consents::give_required(app.account()).await.unwrap();
    app.account().request_code("+79000000000").await.unwrap();
    app.shut_down().await.unwrap();

    let app = Vremena::open(Config { extra_roots: vec![], ..config }, desktop.ports()).await.unwrap();
    let refused = app.account().request_code("+79000000000").await;
    assert!(matches!(refused, Err(CoreError::Insecure)), "{refused:?}");
}

#[test]
fn a_root_that_is_no_certificate_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, "no certificate").unwrap();
    let mut command = vremena();
    command.arg("capture").arg("--directory").arg(folder.path()).args(["--base-url", "https://127.0.0.1:9", "--root"]);
    let output = command.arg(&root).arg("picture.jpg").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("root.pem"), "{told}");
    assert!(!folder.path().join("member.db").exists());
}
