//! What a library exports, by its own metadata.

use std::fmt;

use uniffi_bindgen::ComponentInterface;

/// Something that crosses the boundary when it is called.
pub struct Export {
    kind: Kind,
    of: String,
    name: String,
}

enum Kind {
    /// From Swift and Kotlin into the core; `false` where it cannot say that it failed.
    Call { throws: bool },
    /// From the core into Swift and Kotlin.
    Port,
    /// The text of a record that hides what it holds.
    Debug,
}

impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Call { throws: true } => "call",
            Kind::Call { throws: false } => "infallible-call",
            Kind::Port => "port",
            Kind::Debug => "debug",
        };
        write!(f, "{kind} {}.{}", self.of, self.name)
    }
}

/// Everything of one interface.
pub fn of(interface: &ComponentInterface) -> Vec<Export> {
    let mut exports = Vec::new();
    for object in interface.object_definitions() {
        let of = object.name();
        for constructor in object.constructors() {
            exports.push(Export::call(of, constructor.name(), constructor.throws()));
        }
        for method in object.methods() {
            exports.push(match object.has_callback_interface() {
                true => Export { kind: Kind::Port, of: of.to_owned(), name: method.name().to_owned() },
                false => Export::call(of, method.name(), method.throws()),
            });
        }
    }
    for function in interface.function_definitions() {
        exports.push(Export::call("", function.name(), function.throws()));
    }
    let records = interface.record_definitions().iter();
    let hiding = records.filter(|record| record.uniffi_trait_methods().debug_fmt.is_some()).map(|record| record.name());
    let enums = interface.enum_definitions().iter();
    let hiding = hiding.chain(enums.filter(|e| e.uniffi_trait_methods().debug_fmt.is_some()).map(|e| e.name()));
    exports.extend(hiding.map(|of| Export { kind: Kind::Debug, of: of.to_owned(), name: "debug".to_owned() }));
    exports
}

impl Export {
    fn call(of: &str, name: &str, throws: bool) -> Self {
        Self { kind: Kind::Call { throws }, of: of.to_owned(), name: name.to_owned() }
    }
}
