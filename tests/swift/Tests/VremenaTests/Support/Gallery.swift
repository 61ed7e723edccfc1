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
        let addresses = try await process.addresses()
        let admin = Admin(baseUrl: addresses.admin, token: addresses.token)
        return Gallery(process: process, baseUrl: addresses.gallery, admin: admin)
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

    /// Signs in with the code that the sandbox has sent.
    @discardableResult
    func signIn(_ phone: Phone, _ number: String = somebody) async throws -> Member {
        let account = try phone.core.account()
        _ = try await account.requestCode(phone: number)
        return try await account.signIn(phone: number, code: admin.code(number))
    }

    /// Time passes for the gallery and for the phone.
    func timePasses(_ time: TimeInterval, for device: Device) async throws {
        try await admin.advance(time)
        device.clock.advance(time)
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

    init() throws {
        folder = try Folder()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let held = #""$@" & sandbox=$!; exec >&-; cat >/dev/null; kill -KILL "$sandbox"; wait "$sandbox" 2>/dev/null"#
        process.arguments = [
            "-c", held, "sh", try environment("VREMENA_SANDBOX"), "sandbox", "--listen", "127.0.0.1:0",
            "--admin-listen", "127.0.0.1:0", "--db", folder.file("gallery.db"), "--seed", "1", "--start",
            ISO8601DateFormatter().string(from: storyStart),
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func addresses() async throws -> (gallery: String, admin: String, token: String) {
        let printed = Locked("")
        let handle = output.fileHandleForReading
        handle.readabilityHandler = { handle in
            let data = handle.availableData
            printed.change { $0 += data.isEmpty ? "\nended" : String(decoding: data, as: UTF8.self) }
        }
        defer { handle.readabilityHandler = nil }
        let lines = try await eventually("the sandbox's addresses") {
            let lines = printed.get().split(separator: "\n", omittingEmptySubsequences: false)
            return lines.count > 3 || lines.last == "ended" ? lines : nil
        }
        func value(_ name: String) throws -> String {
            let line = try lines.first { $0.hasPrefix(name + "  ") }.orThrow("\(name) of the sandbox: \(lines)")
            return line.dropFirst(name.count).trimmingCharacters(in: .whitespaces)
        }
        return (try value("gallery"), try value("admin"), try value("admin token"))
    }
}
