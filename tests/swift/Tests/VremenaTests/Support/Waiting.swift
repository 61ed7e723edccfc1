import Foundation

/// Nothing takes longer, even on a busy machine.
let patience: TimeInterval = 60

struct NeverCame: Error, CustomStringConvertible {
    let what: String

    var description: String {
        "within \(Int(patience)) s there was not: \(what)"
    }
}

/// Waits until `value` gives something.
func eventually<Value>(_ what: String, _ value: () async throws -> Value?) async throws -> Value {
    let deadline = Date(timeIntervalSinceNow: patience)
    repeat {
        if let value = try await value() {
            return value
        }
        try await Task.sleep(nanoseconds: 5_000_000)
    } while Date() < deadline
    throw NeverCame(what: what)
}

/// Waits until `condition` holds.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    _ = try await eventually(what) { try await condition() ? true : nil }
}
