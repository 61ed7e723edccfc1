//! The sandbox's `/admin`, as QA and tests use it.

use anyhow::{Context as _, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, Request, header};
use serde_json::{Value, json};
use vremena_core::{
    fiscal::FiscalIdentity,
    http::{NetworkTransport, Timeouts, Transport as _},
    wallet::WalletIssuer,
};

/// Steers a sandbox.
#[derive(Clone, Debug)]
pub struct Admin {
    transport: NetworkTransport,
    base_url: String,
    token: String,
}

impl Admin {
    /// The administration at `base_url` (without `/admin`).
    ///
    /// # Errors
    /// Where no HTTP client can be made.
    pub fn new(base_url: impl Into<String>, token: impl Into<String>) -> anyhow::Result<Self> {
        Ok(Self {
            transport: NetworkTransport::new(&[], None, Timeouts::default())?,
            base_url: base_url.into(),
            token: token.into(),
        })
    }

    /// Moves the gallery's clock ahead.
    ///
    /// # Errors
    /// Where the sandbox refuses or cannot be reached, as for every call here.
    pub async fn advance(&self, seconds: i64) -> anyhow::Result<()> {
        self.call(Method::POST, "clock", Some(json!({ "advance_seconds": seconds }))).await?;
        Ok(())
    }

    /// The code that was last sent to `phone`.
    ///
    /// # Errors
    /// As of every call.
    pub async fn code(&self, phone: &str) -> anyhow::Result<String> {
        let answer = self.call(Method::GET, &format!("codes/{}", phone.replace('+', "%2B")), None).await?;
        Ok(answer["code"].as_str().context("no code was sent to this phone")?.to_owned())
    }

    /// The network: whether the gallery listens at all, and what befalls the next requests.
    ///
    /// # Errors
    /// As of every call.
    pub async fn network(&self, listening: bool, faults: &[&str]) -> anyhow::Result<()> {
        self.call(Method::PUT, "network", Some(json!({ "listening": listening, "faults": faults }))).await?;
        Ok(())
    }

    /// What the tax service knows of a receipt; `truth` holds the fields that differ from a genuine ticket.
    ///
    /// # Errors
    /// As of every call.
    pub async fn tax_ticket(&self, identity: &FiscalIdentity, truth: Value) -> anyhow::Result<()> {
        let mut ticket = json!({
            "drive_number": identity.drive_number.as_str(),
            "document_number": identity.document_number,
            "fiscal_sign": identity.fiscal_sign,
        });
        if let (Value::Object(ticket), Value::Object(truth)) = (&mut ticket, truth) {
            ticket.extend(truth);
        }
        self.call(Method::PUT, "tax/tickets", Some(ticket)).await?;
        Ok(())
    }

    /// All receipts that the gallery has, of all members.
    ///
    /// # Errors
    /// As of every call.
    pub async fn receipts(&self) -> anyhow::Result<Vec<Value>> {
        let answer = self.call(Method::GET, "receipts", None).await?;
        let list = answer.as_array().or_else(|| answer["receipts"].as_array());
        Ok(list.context("no list of receipts")?.clone())
    }

    /// Reception links a return to its purchase.
    ///
    /// # Errors
    /// As of every call.
    pub async fn link(&self, returned: &str, purchase: &str) -> anyhow::Result<()> {
        self.call(Method::POST, &format!("receipts/{returned}/link"), Some(json!({ "purchase": purchase }))).await?;
        Ok(())
    }

    /// Publishes an item of the feed; gives its id.
    ///
    /// # Errors
    /// As of every call.
    pub async fn publish(&self, item: Value) -> anyhow::Result<String> {
        let item = self.call(Method::POST, "feed", Some(item)).await?;
        Ok(item["item_id"].as_str().context("the item's id")?.to_owned())
    }

    /// Announces an event; gives its id.
    ///
    /// # Errors
    /// As of every call.
    pub async fn announce(&self, event: Value) -> anyhow::Result<String> {
        let event = self.call(Method::POST, "events", Some(event)).await?;
        Ok(event["event_id"].as_str().context("the event's id")?.to_owned())
    }

    /// Makes the gallery issue forged passes of a kind, or good ones again.
    ///
    /// # Errors
    /// As of every call.
    pub async fn forge(&self, kind: Option<&str>) -> anyhow::Result<()> {
        self.call(Method::PUT, "wallet", Some(json!({ "forge": kind }))).await?;
        Ok(())
    }

    /// Whose wallet passes are good, as a phone is set up to know.
    ///
    /// # Errors
    /// As of every call.
    pub async fn wallet_issuer(&self) -> anyhow::Result<WalletIssuer> {
        let issuer = self.call(Method::GET, "wallet", None).await?;
        let text = |name: &str| issuer[name].as_str().map(str::to_owned).with_context(|| name.to_owned());
        Ok(WalletIssuer {
            root: STANDARD.decode(text("root_der_base64")?)?,
            pass_type_identifier: text("pass_type_identifier")?,
            team_identifier: text("team_identifier")?,
        })
    }

    /// Any other call: `path` without `/admin/`.
    ///
    /// # Errors
    /// Where the sandbox cannot be reached, or answers with anything but success.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let body = self.send(method, path, body).await?;
        Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? })
    }

    /// What lies at `path`, whatever it is.
    ///
    /// # Errors
    /// As of every call.
    pub async fn bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        self.send(Method::GET, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Vec<u8>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/admin/{path}", self.base_url))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(|| Ok(Vec::new()), |body| serde_json::to_vec(&body))?)?;
        let answer =
            self.transport.send(request).await.with_context(|| format!("the sandbox's administration: {path}"))?;
        let (status, body) = (answer.status(), answer.into_body());
        ensure!(status.is_success(), "the sandbox refused {path}: {status} {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}
