use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// Every problem the sandbox can answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Malformed,
    IdempotencyKeyMissing,
    Unauthorized,
    SessionEnded,
    AccountDeleted,
    NotFound,
    MethodNotAllowed,
    EventUnknown,
    AppealUnknown,
    CardUnknown,
    ItemUnknown,
    AlreadyRegistered,
    CountedByAnother,
    AlreadyRegisteredForEvent,
    EventFull,
    RegistrationNotOpen,
    RegistrationClosed,
    NotForThisTier,
    NotRegistered,
    EventStarted,
    AppealOpen,
    AppealAnswered,
    ConsentRequired,
    ConsentOutdated,
    CardBlocked,
    CardLinkedToAnother,
    PhoneNotUnique,
    Conflict,
    CursorUnknown,
    PayloadTooLarge,
    InvalidPhone,
    ConsentNeeded,
    WrongCode,
    CodeExpired,
    IdempotencyKeyReused,
    InvalidReceipt,
    ReceiptRefused,
    InvalidAppeal,
    PhotographDamaged,
    InvalidRules,
    ContractTooOld,
    TooManyRequests,
    TooManyAttempts,
    Internal,
    Unavailable,
}

/// What is fixed about a kind of problem.
pub(crate) struct Description {
    pub(crate) slug: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    russian: &'static str,
    english: &'static str,
}

impl Kind {
    #[rustfmt::skip]
    pub(crate) fn description(self) -> Description {
        let row = |slug, status, title, russian, english| Description { slug, status, title, russian, english };
        match self {
            Self::Malformed => row("malformed", StatusCode::BAD_REQUEST, "Malformed request",
                "Запрос не удалось разобрать.", "The request could not be understood."),
            Self::IdempotencyKeyMissing => row("idempotency-key-missing", StatusCode::BAD_REQUEST, "Idempotency-Key is missing",
                "Нужен заголовок Idempotency-Key.", "The Idempotency-Key header is needed."),
            Self::Unauthorized => row("unauthorized", StatusCode::UNAUTHORIZED, "No valid access token",
                "Нужен действующий токен доступа.", "A valid access token is needed."),
            Self::SessionEnded => row("session-ended", StatusCode::UNAUTHORIZED, "The session has ended",
                "Сеанс завершён, войдите снова.", "The session has ended, please sign in again."),
            Self::AccountDeleted => row("account-deleted", StatusCode::UNAUTHORIZED, "The member was deleted",
                "Участник удалён вместе со всеми данными.", "The member was deleted, with all data."),
            Self::NotFound => row("not-found", StatusCode::NOT_FOUND, "Not found",
                "Такого здесь нет.", "There is nothing here."),
            Self::EventUnknown => row("event-unknown", StatusCode::NOT_FOUND, "Unknown event",
                "Такого события нет.", "There is no such event."),
            Self::CardUnknown => row("card-unknown", StatusCode::NOT_FOUND, "Unknown card",
                "Такой карты нет. Проверьте номер или обратитесь на стойку.", "There is no such card. Check the number, or ask at the reception."),
            Self::ItemUnknown => row("item-unknown", StatusCode::NOT_FOUND, "Unknown piece of news",
                "Такой новости нет.", "There is no such piece of news."),
            Self::MethodNotAllowed => row("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "Method not allowed",
                "Этот метод здесь не поддерживается.", "This method is not supported here."),
            Self::AlreadyRegistered => row("already-registered", StatusCode::CONFLICT, "The receipt is already registered",
                "Этот чек у вас уже есть.", "You have registered this receipt before."),
            Self::CountedByAnother => row("counted-by-another", StatusCode::CONFLICT, "The receipt is registered by another member",
                "Этот чек уже учтён у другого участника.", "Another member has registered this receipt."),
            Self::AlreadyRegisteredForEvent => row("already-registered-for-event", StatusCode::CONFLICT, "Already registered for the event",
                "Вы уже записаны на это событие.", "You are registered for this event already."),
            Self::EventFull => row("event-full", StatusCode::CONFLICT, "The event is full",
                "Все места заняты.", "All places are taken."),
            Self::RegistrationNotOpen => row("registration-not-open", StatusCode::CONFLICT, "Registration is not open yet",
                "Запись ещё не открыта.", "Registration has not opened yet."),
            Self::RegistrationClosed => row("registration-closed", StatusCode::CONFLICT, "Registration is closed",
                "Запись закрыта.", "Registration is closed."),
            Self::NotForThisTier => row("not-for-this-tier", StatusCode::CONFLICT, "The event is for other tiers",
                "Это событие для других уровней.", "This event is for other tiers."),
            Self::NotRegistered => row("not-registered", StatusCode::CONFLICT, "Not registered for the event",
                "Вы не записаны на это событие.", "You are not registered for this event."),
            Self::EventStarted => row("event-started", StatusCode::CONFLICT, "The event has started",
                "Событие уже началось.", "The event has started already."),
            Self::AppealUnknown => row("appeal-unknown", StatusCode::NOT_FOUND, "Unknown appeal",
                "Такого обращения нет.", "There is no such appeal."),
            Self::AppealOpen => row("appeal-open", StatusCode::CONFLICT, "An appeal about this receipt is open",
                "Обращение об этом чеке уже есть.", "There is an appeal about this receipt already."),
            Self::AppealAnswered => row("appeal-answered", StatusCode::CONFLICT, "The appeal is answered",
                "На обращение об этом чеке уже ответили.", "An appeal about this receipt is answered already."),
            Self::InvalidAppeal => row("invalid-appeal", StatusCode::UNPROCESSABLE_ENTITY, "Invalid appeal",
                "В обращении ошибка.", "The appeal is not valid."),
            Self::PhotographDamaged => row("photograph-damaged", StatusCode::UNPROCESSABLE_ENTITY, "The photograph is not what was announced",
                "Фотография пришла повреждённой.", "The photograph came damaged."),
            Self::ConsentRequired => row("consent-required", StatusCode::CONFLICT, "The consent is required",
                "Без этого согласия участия нет: можно удалить аккаунт.", "There is no membership without this consent: the account can be deleted."),
            Self::ConsentOutdated => row("consent-outdated", StatusCode::CONFLICT, "The consent is to another text",
                "Текст согласия изменился, прочтите его снова.", "The text of the consent has changed, please read it again."),
            Self::CardBlocked => row("card-blocked", StatusCode::CONFLICT, "The card is blocked",
                "Карта заблокирована, обратитесь на стойку.", "The card is blocked, please ask at the reception."),
            Self::CardLinkedToAnother => row("card-linked-to-another", StatusCode::CONFLICT, "The card is another member's",
                "Карта привязана к другому участнику, обратитесь на стойку.", "The card is linked to another member, please ask at the reception."),
            Self::PhoneNotUnique => row("phone-not-unique", StatusCode::CONFLICT, "Several cards have this phone",
                "С этим телефоном несколько карт: введите номер карты.", "Several cards have this phone: enter the card's number."),
            Self::Conflict => row("conflict", StatusCode::CONFLICT, "Not possible in the present state",
                "В нынешнем состоянии это невозможно.", "This is not possible in the present state."),
            Self::CursorUnknown => row("cursor-unknown", StatusCode::GONE, "Unknown cursor",
                "Закладка неизвестна, начните сначала.", "The cursor is unknown, start from the beginning."),
            Self::PayloadTooLarge => row("payload-too-large", StatusCode::PAYLOAD_TOO_LARGE, "Payload too large",
                "Запрос слишком велик.", "The request is too large."),
            Self::InvalidPhone => row("invalid-phone", StatusCode::UNPROCESSABLE_ENTITY, "Invalid phone number",
                "Проверьте номер телефона.", "Please check the phone number."),
            Self::ConsentNeeded => row("consent-needed", StatusCode::UNPROCESSABLE_ENTITY, "Consent is needed",
                "Сначала нужны согласия.", "Consent is needed first."),
            Self::WrongCode => row("wrong-code", StatusCode::UNPROCESSABLE_ENTITY, "Wrong code",
                "Код не подходит.", "The code is wrong."),
            Self::CodeExpired => row("code-expired", StatusCode::UNPROCESSABLE_ENTITY, "The code has expired",
                "Код больше не действует, запросите новый.", "The code is no longer valid, ask for a new one."),
            Self::IdempotencyKeyReused => row("idempotency-key-reused", StatusCode::UNPROCESSABLE_ENTITY, "Idempotency-Key was used for another request",
                "Этот Idempotency-Key уже использован с другим запросом.", "This Idempotency-Key was used with another request."),
            Self::InvalidReceipt => row("invalid-receipt", StatusCode::UNPROCESSABLE_ENTITY, "Invalid receipt",
                "Реквизиты чека неверны.", "The receipt's details are not valid."),
            Self::ReceiptRefused => row("receipt-refused", StatusCode::UNPROCESSABLE_ENTITY, "The receipt is refused",
                "Чек не может быть принят.", "The receipt cannot be accepted."),
            Self::InvalidRules => row("invalid-rules", StatusCode::UNPROCESSABLE_ENTITY, "Not a rules document",
                "Это не документ правил.", "This is not a rules document."),
            Self::ContractTooOld => row("contract-too-old", StatusCode::UPGRADE_REQUIRED, "The contract's version is not served",
                "Обновите приложение.", "Please update the app."),
            Self::TooManyRequests => row("too-many-requests", StatusCode::TOO_MANY_REQUESTS, "Too many requests",
                "Слишком часто, подождите немного.", "Too often, please wait a little."),
            Self::TooManyAttempts => row("too-many-attempts", StatusCode::TOO_MANY_REQUESTS, "Too many attempts",
                "Слишком много попыток, запросите новый код.", "Too many attempts, ask for a new code."),
            Self::Internal => row("internal", StatusCode::INTERNAL_SERVER_ERROR, "Internal error",
                "Что-то сломалось у нас.", "Something broke on our side."),
            Self::Unavailable => row("unavailable", StatusCode::SERVICE_UNAVAILABLE, "Temporarily unavailable",
                "Сервис временно недоступен.", "The service is temporarily unavailable."),
        }
    }

    pub(crate) fn urn(self) -> String {
        format!("urn:vremena:problem:{}", self.description().slug)
    }
}

/// A refusal on its way to becoming an answer (RFC 9457).
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    retry_after: Option<i64>,
    extensions: BTreeMap<String, Value>,
}

impl Problem {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, retry_after: None, extensions: BTreeMap::new() }
    }

    /// With a `Retry-After` of this many seconds, at least 1.
    pub(crate) fn retry_after(kind: Kind, seconds: i64) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..Self::new(kind) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// What it says beside its kind, as JSON.
    pub(crate) fn extensions(&self) -> String {
        serde_json::to_string(&self.extensions).unwrap_or_default()
    }

    /// With what another said beside its kind.
    pub(crate) fn with_extensions(mut self, extensions: &str) -> Self {
        self.extensions = serde_json::from_str(extensions).unwrap_or_default();
        self
    }

    /// The whole answer, its detail in the reader's language.
    pub(crate) fn render(&self, language: Language) -> Response {
        let description = self.kind.description();
        let detail = match language {
            Language::Russian => description.russian,
            Language::English => description.english,
        };
        let mut document = Map::new();
        document.insert("type".into(), self.kind.urn().into());
        document.insert("title".into(), description.title.into());
        document.insert("status".into(), description.status.as_u16().into());
        document.insert("detail".into(), detail.into());
        document.extend(self.extensions.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut response = (
            description.status,
            [(header::CONTENT_TYPE, "application/problem+json")],
            Value::Object(document).to_string(),
        )
            .into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Leaves the problem in the response's extensions: only the front knows the reader's language.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.description().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::retry_after(Kind::Unavailable, 1)
            }
            _ => Self::new(Kind::Internal),
        }
    }
}

/// The language of the texts a member reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Russian,
    English,
}

impl Language {
    /// The language the reader likes best of the two, Russian when it likes neither.
    pub(crate) fn preferred(accept_language: Option<&HeaderValue>) -> Self {
        let text = accept_language.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::Russian, 0.0);
        for range in text.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next().and_then(|tag| tag.split('-').next()).unwrap_or_default();
            let language = match primary.to_ascii_lowercase().as_str() {
                "ru" => Self::Russian,
                "en" => Self::English,
                _ => continue,
            };
            let weight =
                parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }
}

/// The contract's own header.
pub(crate) const CONTRACT: HeaderName = HeaderName::from_static("vremena-contract");
/// The request's name in the member's and the server's records.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_best_liked_of_the_two() {
        for (header, language) in [
            ("ru", Language::Russian),
            ("en", Language::English),
            ("en-GB,ru;q=0.9", Language::English),
            ("de, en;q=0.2, ru;q=0.7", Language::Russian),
            ("fr", Language::Russian),
            ("en;q=x", Language::Russian),
            ("", Language::Russian),
        ] {
            assert_eq!(Language::preferred(Some(&HeaderValue::from_static(header))), language, "{header}");
        }
        assert_eq!(Language::preferred(None), Language::Russian);
    }
}
