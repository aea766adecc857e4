//! What the description says of every end point, whatever it is about: who may ask, where, and how it fails.

use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ComponentsBuilder, Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::EndPoint;
use crate::access::Whom;
use crate::problem::ProblemView;
use crate::visit::LOGIN_COOKIE;

/// The names of the two ways to be somebody.
const BY_COOKIE: &str = "session";
const BY_TOKEN: &str = "token";
/// Where an operation says its listener and permissions.
const BELL: &str = "x-belltower";
/// What fails is told in this form (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Adds to each operation what its rule says.
pub(super) fn completed(mut api: OpenApi, table: &[EndPoint]) -> OpenApi {
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        LOGIN_COOKIE,
        "of a sign-in; over TLS its name begins with __Host-. What changes something must come from the same origin",
    ));
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("a token of a program")).build();
    let components = api.components.take().unwrap_or_default();
    let mut components = ComponentsBuilder::from(components)
        .security_scheme(BY_COOKIE, SecurityScheme::ApiKey(cookie))
        .security_scheme(BY_TOKEN, SecurityScheme::Http(token))
        .schema(ProblemView::name(), ProblemView::schema());
    let mut nested = Vec::new();
    ProblemView::schemas(&mut nested);
    for (name, schema) in nested {
        components = components.schema(name, schema);
    }
    api.components = Some(components.build());
    for end_point in table {
        let item = api.paths.paths.get_mut(&end_point.path);
        if let Some(operation) = item.and_then(|item| operation(item, end_point.method)) {
            complete(operation, end_point);
        }
    }
    api
}

fn operation<'a>(item: &'a mut PathItem, method: &str) -> Option<&'a mut Operation> {
    let operation = match method {
        "GET" => &mut item.get,
        "POST" => &mut item.post,
        "PUT" => &mut item.put,
        "PATCH" => &mut item.patch,
        "DELETE" => &mut item.delete,
        _ => return None,
    };
    operation.as_mut()
}

fn complete(operation: &mut Operation, end_point: &EndPoint) {
    let listener = end_point.rule.at.code();
    let (permissions, signed_in): (Vec<&str>, bool) = match end_point.rule.who {
        Whom::Anybody => (Vec::new(), false),
        Whom::SignedIn => (Vec::new(), true),
        Whom::May(permission, _) => (vec![permission.code()], true),
        Whom::MayAny(permissions, _) | Whom::MayAll(permissions) => {
            (permissions.iter().map(|permission| permission.code()).collect(), true)
        }
    };
    if signed_in {
        let none: [&str; 0] = [];
        operation.security =
            Some(vec![SecurityRequirement::new(BY_COOKIE, none), SecurityRequirement::new(BY_TOKEN, none)]);
    }
    // One object, so that the description is always in the same order.
    let extensions = operation.extensions.get_or_insert_default();
    let says = if permissions.is_empty() {
        json!({ "listener": listener })
    } else {
        json!({ "listener": listener, "permissions": permissions })
    };
    extensions.merge(Extensions::builder().add(BELL, says).build());
    let problem = Content::new(Some(RefOr::Ref(Ref::from_schema_name(ProblemView::name()))));
    let failed = ResponseBuilder::new().description("It is not done; why stands in `code`").content(PROBLEM, problem);
    operation.responses.responses.insert("default".to_owned(), failed.build().into());
}
