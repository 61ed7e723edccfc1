//! Holds real answers against `core/api/openapi.json`.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value = serde_json::from_str(&vremena_sandbox::openapi_json()).unwrap();
    // Here the server must say no more than the document, though clients ignore what they do not know.
    for schema in document["components"]["schemas"].as_object_mut().unwrap().values_mut() {
        forbid_unknown(schema);
    }
    document
});

fn forbid_unknown(schema: &mut Value) {
    if let Some(variants) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        variants.iter_mut().for_each(forbid_unknown);
    }
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
}

/// Fails unless the document describes this answer: its status, its headers and its body.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let status = answer.status.as_u16();
    let Some(item) = item(path) else {
        return body_is(answer, "application/problem+json", &reference("NotFoundProblem"));
    };
    let Some(operation) = item.get(method.to_lowercase()) else {
        return body_is(answer, "application/problem+json", &reference("MethodNotAllowedProblem"));
    };
    let response = &operation["responses"][status.to_string()];
    assert!(response.is_object(), "{method} {path} answered {status}, which is not documented");
    for (name, header) in response["headers"].as_object().unwrap() {
        let value = answer.headers.get(name).unwrap_or_else(|| panic!("{method} {path} {status}: no {name}"));
        if header["schema"]["type"] == "integer" {
            value.to_str().unwrap().parse::<u64>().unwrap();
        }
    }
    match response.get("content") {
        None => assert!(answer.bytes.is_empty(), "{method} {path} {status} has a body"),
        Some(content) => {
            let (content_type, content) = content.as_object().unwrap().iter().next().unwrap();
            match content_type.as_str() {
                "image/*" => assert!(answer.header("content-type").starts_with("image/")),
                "application/vnd.apple.pkpass" => assert_eq!(answer.header("content-type"), content_type),
                _ => body_is(answer, content_type, &content["schema"]),
            }
        }
    }
}

/// What the document says of a path; a literal one goes before a template.
fn item(path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let mut pairs = template.split('/').zip(path.split('/'));
        template.split('/').count() == path.split('/').count()
            && pairs.all(|(wanted, given)| wanted == given || wanted.starts_with('{') && !given.is_empty())
    };
    paths.get(path).or_else(|| paths.iter().find(|(template, _)| fits(template)).map(|(_, item)| item))
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[track_caller]
fn body_is(answer: &Answer, content_type: &str, schema: &Value) {
    assert_eq!(answer.header("content-type"), content_type);
    let schema = json!({"allOf": [schema], "components": DOCUMENT["components"]});
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let body = answer.json();
    let faults: Vec<_> = validator.iter_errors(&body).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{body}\n{}", faults.join("\n"));
}
