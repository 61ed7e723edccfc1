import Foundation

/// A folder of one test, gone with its last owner.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "vremena-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String {
        path + "/" + name
    }
}

/// A path of the environment, which whoever runs the tests sets.
func environment(_ name: String) throws -> String {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        throw NotSet(name: name)
    }
    return value
}

private struct NotSet: Error, CustomStringConvertible {
    let name: String

    var description: String {
        "the environment variable \(name) is not set"
    }
}
