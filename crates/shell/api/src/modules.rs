//! Which end points belong to a part that can be switched off (TEL-23). One that is off answers 404, and is not offered.

use bell_types::Module;

/// By the beginning of the path, the longest first where one begins like another.
const OF: &[(&str, Option<Module>)] = &[
    // The one report that is always there.
    ("/v1/reports/volume", None),
    ("/v1/reports/blocked-customers", Some(Module::Lists)),
    ("/v1/reports/", Some(Module::Reports)),
    ("/v1/calls.", Some(Module::Reports)),
    ("/v1/lists/", Some(Module::Lists)),
    ("/v1/customers", Some(Module::Customers)),
    ("/v1/units/{unit}/customer-layout", Some(Module::Customers)),
    ("/v1/tickets", Some(Module::Tickets)),
    ("/v1/knowledge", Some(Module::Knowledge)),
    ("/v1/calls/{call}/articles", Some(Module::Knowledge)),
    ("/v1/scripts", Some(Module::Scripts)),
    ("/v1/quality", Some(Module::Quality)),
    ("/v1/webhooks", Some(Module::Webhooks)),
];

/// The part an end point belongs to; none: it is always there.
pub(crate) fn module_of(path: &str) -> Option<Module> {
    OF.iter().find(|(begin, _)| path.starts_with(begin)).and_then(|(_, module)| *module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_point_belongs_to_one_part_or_is_always_there() {
        let cases = [
            ("/v1/calls", None),
            ("/v1/calls.xlsx", Some(Module::Reports)),
            ("/v1/reports/volume", None),
            ("/v1/reports/heat", Some(Module::Reports)),
            ("/v1/reports/blocked-customers", Some(Module::Lists)),
            ("/v1/lists", None),
            ("/v1/lists/{list}/entries", Some(Module::Lists)),
            ("/v1/me", None),
            ("/v1/units/{unit}", None),
            ("/v1/units/{unit}/customer-layout", Some(Module::Customers)),
            ("/v1/customers/{number}/changes", Some(Module::Customers)),
            ("/v1/tickets/{ticket}", Some(Module::Tickets)),
            ("/v1/calls/{call}/articles", Some(Module::Knowledge)),
            ("/v1/calls/{call}/summary", None),
            ("/v1/scripts/{queue}/{phase}", Some(Module::Scripts)),
        ];
        for (path, module) in cases {
            assert_eq!(module_of(path), module, "{path}");
        }
    }
}
