//! Which call of the API a path is, without anything that it names.

/// The API's paths, as its document writes them.
const ROUTES: [&str; 24] = [
    "/v1/appeals",
    "/v1/appeals/{appeal_id}/parts",
    "/v1/auth/code",
    "/v1/auth/refresh",
    "/v1/auth/session",
    "/v1/auth/sign-out",
    "/v1/card",
    "/v1/consents",
    "/v1/events",
    "/v1/events/{event_id}",
    "/v1/events/{event_id}/cancellation",
    "/v1/events/{event_id}/registration",
    "/v1/feed",
    "/v1/feed/{item_id}/read",
    "/v1/ledger",
    "/v1/media/{media_id}",
    "/v1/member",
    "/v1/member/card-link",
    "/v1/member/consents",
    "/v1/programme/rules",
    "/v1/programme/rules/{version}",
    "/v1/receipts",
    "/v1/wallet/apple",
    "/v1/wallet/google",
];

/// The route of `path`, whose query does not count; `other` where the document has none.
pub(super) fn of(path: &str) -> &'static str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    ROUTES.into_iter().find(|route| fits(route, path)).unwrap_or("other")
}

fn fits(route: &str, path: &str) -> bool {
    let mut given = path.split('/');
    let all = route
        .split('/')
        .all(|part| given.next().is_some_and(|name| part == name || (part.starts_with('{') && !name.is_empty())));
    all && given.next().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_routes_are_those_of_the_contract() {
        let contract: serde_json::Value = serde_json::from_str(include_str!("../../api/openapi.json")).unwrap();
        let paths: Vec<_> = contract["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut routes = ROUTES.to_vec();
        routes.sort_unstable();
        let mut expected = paths.clone();
        expected.sort_unstable();
        assert_eq!(routes, expected);
        for path in paths {
            assert_eq!(of(path), path);
        }
    }

    #[test]
    fn names_and_queries_are_left_out() {
        assert_eq!(of("/v1/events/e-1/registration"), "/v1/events/{event_id}/registration");
        assert_eq!(of("/v1/receipts?limit=200&cursor=c"), "/v1/receipts");
        for path in ["", "/", "/v1/media/", "/v1/events/a/b/c", "/v2/card", "/v1/members/79000000000"] {
            assert_eq!(of(path), "other", "{path}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_path_a_route_is_of_the_list(path in "[a-z0-9/?{}%+-]{0,40}") {
            for path in [path.clone(), format!("/v1/{path}"), format!("/v1/events/{path}")] {
                prop_assert!(of(&path) == "other" || ROUTES.contains(&of(&path)));
            }
        }
    }
}
