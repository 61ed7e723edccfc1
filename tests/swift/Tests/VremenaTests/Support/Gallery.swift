import Foundation
import VremenaFFI

/// A running sandbox: a process of its own on free ports, which ends with its last owner.
final class Gallery: Sendable {
    let baseUrl: String
    let admin: Admin
    private let process: SandboxProcess

    private init(process: SandboxProcess, baseUrl: String, admin: Admin) {
        self.process = process
        self.baseUrl = baseUrl
        self.admin = admin
    }

    static func open() async throws -> Gallery {
        let process = try SandboxProcess()
        return try await Gallery(process: process, printed: process.printed(lines: 3))
    }

    /// One over TLS, and what it can be known by.
    static func overTls() async throws -> (Gallery, Trust) {
        let process = try SandboxProcess("--tls")
        let printed = try await process.printed(lines: 6)
        return (try Gallery(process: process, printed: printed), try Trust(printed))
    }

    private convenience init(process: SandboxProcess, printed: Printed) throws {
        let admin = Admin(baseUrl: try printed.value("admin"), token: try printed.value("admin token"))
        self.init(process: process, baseUrl: try printed.value("gallery"), admin: admin)
    }

    /// A phone with nothing on it.
    func device(work: Work = .onDemand) async throws -> Device {
        try Device(baseUrl: baseUrl, work: work, walletIssuer: await admin.walletIssuer())
    }

    /// The app on a phone with nothing on it.
    func phone(work: Work = .onDemand) async throws -> Phone {
        try await device(work: work).open()
    }

    /// The app on a phone on which `number` is signed in, and which is up to date.
    func signedIn(_ number: String = somebody, work: Work = .onDemand) async throws -> Phone {
        let phone = try await phone(work: work)
        try await signIn(phone, number)
        _ = try await phone.core.sync().pull()
        return phone
    }

    /// Signs in with the code that the sandbox has sent, after what is asked before it.
    @discardableResult
    func signIn(_ phone: Phone, _ number: String = somebody) async throws -> Member {
        let account = try phone.core.account()
        try await phone.consent()
        _ = try await account.requestCode(phone: number)
        return try await account.signIn(phone: number, code: admin.code(number))
    }

    /// Time passes for the gallery and for the phone.
    func timePasses(_ time: TimeInterval, for device: Device) async throws {
        try await admin.advance(time)
        device.clock.advance(time)
    }
}

/// What a gallery over TLS can be known by.
struct Trust: Sendable {
    /// Its authority's certificate, in DER.
    let root: Data
    /// Of the key in use, and of the one that lies ready.
    let pins: [Data]

    fileprivate init(_ printed: Printed) throws {
        let pem = try String(contentsOfFile: printed.value("root"), encoding: .utf8)
        let base64 = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        root = try Data(base64Encoded: base64).orThrow("a certificate: \(pem)")
        pins = try ["pin", "backup pin"].map { try Data(base64Encoded: printed.value($0)).orThrow($0) }
    }
}

/// What the sandbox has said of itself: a name and a value in each line.
private struct Printed {
    let lines: [Substring]

    func value(_ name: String) throws -> String {
        let line = try lines.first { $0.hasPrefix(name + "  ") }.orThrow("\(name) of the sandbox: \(lines)")
        return line.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
    }
}

/// The sandbox's process. A shell holds it that ends it when its own input closes, so that it does not outlive a test
/// process that crashed. It is killed because signals that can be blocked are: Foundation's child inherits the mask of
/// the thread that starts it, and Dispatch's threads block them all.
private final class SandboxProcess: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let folder: Folder

    init(_ more: String...) throws {
        folder = try Folder()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let held = #""$@" & sandbox=$!; exec >&-; cat >/dev/null; kill -KILL "$sandbox"; wait "$sandbox" 2>/dev/null"#
        process.arguments = [
            "-c", held, "sh", try environment("VREMENA_SANDBOX"), "sandbox", "--listen", "127.0.0.1:0",
            "--admin-listen", "127.0.0.1:0", "--db", folder.file("gallery.db"), "--seed", "1", "--start",
            ISO8601DateFormatter().string(from: storyStart),
        ] + more
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func printed(lines count: Int) async throws -> Printed {
        let printed = Locked("")
        let handle = output.fileHandleForReading
        handle.readabilityHandler = { handle in
            let data = handle.availableData
            printed.change { $0 += data.isEmpty ? "\nended" : String(decoding: data, as: UTF8.self) }
        }
        defer { handle.readabilityHandler = nil }
        let lines = try await eventually("the sandbox's addresses") {
            let lines = printed.get().split(separator: "\n", omittingEmptySubsequences: false)
            return lines.count > count || lines.last == "ended" ? lines : nil
        }
        return Printed(lines: lines)
    }
}
