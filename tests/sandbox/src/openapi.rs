//! The public API: its routes, and the document that is written from them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Header, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::backend::Backend;
use crate::events::registration::Registration;
use crate::front::Front;
use crate::problem::Kind;
use crate::receipts::Receipt;
use crate::words::{ConsentPurpose, ReceiptReason};
use crate::{
    appeals, auth, card, consents, deletion, events, feed, front, ledger, link, media, members, receipts, rules, wallet,
};

/// Names the problems an operation can answer with, besides those every operation can.
macro_rules! problems {
    ($name:ident: [$($kind:ident),* $(,)?]) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                crate::openapi::problem_responses(&[$(crate::problem::Kind::$kind),*])
            }
        }
    };
}
pub(crate) use problems;

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "VREMENA GODA gallery API",
    version = "1",
    description = "What the app expects of the gallery's backend. Instants are RFC 3339 in UTC, times at the till carry \
        Moscow's offset, money is whole kopecks. Errors are RFC 9457 problems, told apart by `type`. An unknown path \
        is 404 `NotFoundProblem`, an unknown method of a known one 405 `MethodNotAllowedProblem`. Unknown fields of a \
        request are ignored, and so must be unknown fields of an answer."
))]
struct Document;

fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(consents::documents))
        .routes(routes!(auth::ask_code))
        .routes(routes!(auth::open_session))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::sign_out))
        .routes(routes!(members::show, deletion::delete))
        .routes(routes!(consents::show, consents::decide))
        .routes(routes!(link::link))
        .routes(routes!(rules::show))
        .routes(routes!(rules::show_version))
        .routes(routes!(ledger::list))
        .routes(routes!(receipts::feed::list, receipts::register::register))
        .routes(routes!(appeals::list, appeals::open))
        .routes(routes!(appeals::parts::bring))
        .routes(routes!(feed::list))
        .routes(routes!(feed::reads::read))
        .routes(routes!(media::show))
        .routes(routes!(events::list))
        .routes(routes!(events::show))
        .routes(routes!(events::registration::register))
        .routes(routes!(events::registration::cancel))
        .routes(routes!(card::show))
        .routes(routes!(wallet::apple_pass))
        .routes(routes!(wallet::google_pass))
}

/// The public API alone, to be served by whoever asks: it listens to nothing and runs nothing.
pub fn router(backend: &Backend) -> Router {
    // Describing them takes far longer than serving a request; the simulation opens thousands of galleries.
    static ROUTES: LazyLock<Router<Backend>> = LazyLock::new(|| routes().split_for_parts().0);
    complete(ROUTES.clone(), Front::public(backend))
}

/// Puts a router behind the front, so that its every answer keeps the API's manners.
pub(crate) fn complete(router: Router<Backend>, front: Front) -> Router {
    let backend = front.backend().clone();
    router
        .fallback(front::not_found)
        .method_not_allowed_fallback(front::method_not_allowed)
        // The front has its own limit.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(front, front::front))
        .with_state(backend)
}

/// The public API's OpenAPI document: indented JSON that ends in a newline.
pub fn openapi_json() -> String {
    let mut document = routes().into_openapi();
    complete_document(&mut document);
    let mut json = document.to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// The problems a member of the public can meet.
const PUBLIC: [Kind; 43] = [
    Kind::Malformed,
    Kind::IdempotencyKeyMissing,
    Kind::Unauthorized,
    Kind::SessionEnded,
    Kind::AccountDeleted,
    Kind::NotFound,
    Kind::EventUnknown,
    Kind::AppealUnknown,
    Kind::CardUnknown,
    Kind::ItemUnknown,
    Kind::MethodNotAllowed,
    Kind::AlreadyRegistered,
    Kind::CountedByAnother,
    Kind::AlreadyRegisteredForEvent,
    Kind::EventFull,
    Kind::RegistrationNotOpen,
    Kind::RegistrationClosed,
    Kind::NotForThisTier,
    Kind::NotRegistered,
    Kind::EventStarted,
    Kind::AppealOpen,
    Kind::AppealAnswered,
    Kind::ConsentRequired,
    Kind::ConsentOutdated,
    Kind::CardBlocked,
    Kind::CardLinkedToAnother,
    Kind::PhoneNotUnique,
    Kind::CursorUnknown,
    Kind::PayloadTooLarge,
    Kind::InvalidPhone,
    Kind::ConsentNeeded,
    Kind::WrongCode,
    Kind::CodeExpired,
    Kind::IdempotencyKeyReused,
    Kind::InvalidReceipt,
    Kind::ReceiptRefused,
    Kind::InvalidAppeal,
    Kind::PhotographDamaged,
    Kind::ContractTooOld,
    Kind::TooManyRequests,
    Kind::TooManyAttempts,
    Kind::Internal,
    Kind::Unavailable,
];

/// The problems every operation can answer with.
const EVERYWHERE: [Kind; 5] =
    [Kind::Malformed, Kind::PayloadTooLarge, Kind::ContractTooOld, Kind::Internal, Kind::Unavailable];

pub(crate) fn problem_responses(own: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in own.iter().chain(&EVERYWHERE) {
        by_status.entry(kind.description().status.as_u16()).or_default().push(*kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status.to_string(), RefOr::T(problem_response(&kinds)))).collect()
}

fn problem_response(kinds: &[Kind]) -> Response {
    let titles: Vec<_> = kinds.iter().map(|kind| kind.description().title).collect();
    let references: Vec<_> = kinds.iter().map(|kind| Ref::from_schema_name(schema_name(*kind))).collect();
    let schema: RefOr<Schema> = match references.as_slice() {
        [only] => only.clone().into(),
        several => several.iter().fold(OneOfBuilder::new(), |one_of, kind| one_of.item(kind.clone())).into(),
    };
    let response = ResponseBuilder::new()
        .description(titles.join("; "))
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build());
    if kinds.iter().any(|kind| matches!(kind, Kind::TooManyRequests | Kind::TooManyAttempts | Kind::Unavailable)) {
        response.header("Retry-After", header("When to come again, in seconds", Type::Integer)).build()
    } else {
        response.build()
    }
}

fn schema_name(kind: Kind) -> String {
    format!("{kind:?}Problem")
}

fn problem_schema(kind: Kind) -> RefOr<Schema> {
    let description = kind.description();
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let status = description.status.as_u16();
    let problem = ObjectBuilder::new()
        .property("type", text().enum_values(Some([kind.urn()])))
        .required("type")
        .property("title", text())
        .required("title")
        .property("status", ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([status])))
        .required("status")
        .property("detail", text().description(Some("For the member, in the language of Accept-Language")))
        .required("detail")
        .description(Some(description.title));
    let extension: Option<(&str, RefOr<Schema>)> = match kind {
        Kind::WrongCode => {
            let attempts = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
            Some(("attempts_left", attempts.description(Some("How many tries are left")).into()))
        }
        Kind::InvalidReceipt | Kind::InvalidAppeal => {
            Some(("pointer", text().description(Some("The field, as a JSON pointer")).into()))
        }
        Kind::ConsentNeeded => {
            let purposes = ArrayBuilder::new().items(Ref::from_schema_name(ConsentPurpose::name()));
            Some(("purposes", purposes.description(Some("Which must be decided anew")).into()))
        }
        Kind::ReceiptRefused => {
            let version =
                ObjectBuilder::new().schema_type(Type::Integer).description(Some("Of the rules that refuse it"));
            return problem
                .property("reason", Ref::from_schema_name(ReceiptReason::name()))
                .required("reason")
                .property("rules_version", version)
                .into();
        }
        Kind::AlreadyRegistered => Some(("receipt", Ref::from_schema_name(Receipt::name()).into())),
        Kind::AlreadyRegisteredForEvent => Some(("registration", Ref::from_schema_name(Registration::name()).into())),
        _ => None,
    };
    match extension {
        Some((name, schema)) => problem.property(name, schema).required(name).into(),
        None => problem.into(),
    }
}

/// Adds what every operation has in common.
fn complete_document(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for kind in PUBLIC {
        components.schemas.insert(schema_name(kind), problem_schema(kind));
    }
    components.schemas.insert(ReceiptReason::name().into_owned(), ReceiptReason::schema());
    components.add_security_scheme("access_token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            complete_operation(operation);
        }
    }
}

fn complete_operation(operation: &mut Operation) {
    operation.parameters.get_or_insert_default().extend([
        parameter("Accept-Language", "ru or en: the language of the problems' detail", Type::String),
        parameter("Vremena-Contract", "The version of the contract the client was built for", Type::Integer),
        parameter("Traceparent", "W3C Trace Context: one trace for all attempts of an intent", Type::String),
        parameter("X-Request-Id", "Up to 64 visible ASCII characters, echoed", Type::String),
    ]);
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            for (name, description, kind) in [
                ("Date", "The server's clock", Type::String),
                ("Vremena-Contract", "The version of the contract that is served", Type::Integer),
                ("X-Request-Id", "The request's, or one made for it", Type::String),
            ] {
                response.headers.insert(name.to_owned(), RefOr::T(header(description, kind)));
            }
        }
    }
}

fn parameter(name: &str, description: &str, kind: Type) -> RefOr<Parameter> {
    RefOr::T(
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(kind)))
            .build(),
    )
}

fn header(description: &str, kind: Type) -> Header {
    utoipa::openapi::HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .description(Some(description))
        .build()
}
