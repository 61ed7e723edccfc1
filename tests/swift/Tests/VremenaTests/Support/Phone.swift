import Foundation
import VremenaFFI

/// Nobody's number.
let somebody = "+79000000000"
/// Nobody else's.
let somebodyElse = "+79000000001"

/// Saturday, 14 March 2026, 15:00 in Moscow.
let storyStart = Date(timeIntervalSince1970: 1_773_489_600)

let minutes: TimeInterval = 60
let hours: TimeInterval = 60 * minutes
let days: TimeInterval = 24 * hours

/// The text of a receipt of 13 March 2026; `number` tells receipts apart.
func receiptText(_ number: Int, roubles: Int = 100) -> String {
    "t=20260313T1200&s=\(roubles).00&fn=7380440801290534&i=\(number)&fp=1880975916&n=1"
}

/// A phone without the app: its files, and what it lends.
struct Device: Sendable {
    let folder: Folder
    let clock: StoryClock
    let secrets: SecretFolder
    let network = NetworkSwitch()
    let log = LogLines()
    private(set) var config: Config

    init(baseUrl: String, work: Work = .onDemand, walletIssuer: WalletIssuer? = nil) throws {
        folder = try Folder()
        clock = StoryClock()
        secrets = try SecretFolder(folder.file("secrets"))
        config = Config(
            directory: folder.file("app"), baseUrl: baseUrl, language: .ru, work: work, walletIssuer: walletIssuer)
    }

    /// The same phone, with an app that is set up otherwise.
    func with(
        directory: String? = nil, language: Language? = nil, timeouts: Timeouts? = nil, extraRoots: [Data] = [],
        pins: PinSet? = nil
    ) -> Device {
        var device = self
        device.config = Config(
            directory: directory ?? config.directory, baseUrl: config.baseUrl, language: language ?? config.language,
            work: config.work, walletIssuer: config.walletIssuer, extraRoots: extraRoots, timeouts: timeouts,
            pins: pins)
        return device
    }

    var ports: Ports {
        Ports(secureStore: secrets, connectivity: network, log: log, clock: clock)
    }

    /// A file of the app's.
    func file(_ name: String) -> URL {
        URL(fileURLWithPath: config.directory).appendingPathComponent(name)
    }

    /// Starts the app.
    func open() async throws -> Phone {
        Phone(device: self, core: try await VremenaCore.open(config: config, ports: ports))
    }
}

/// A phone with the open app.
struct Phone: Sendable {
    let device: Device
    let core: VremenaCore

    /// Ends the app and starts it again.
    func restarted() async throws -> Phone {
        try await core.shutDown()
        return try await device.open()
    }

    /// Reads what a member is asked to consent to, and says yes to what nobody is a member without.
    func consent() async throws {
        let account = try core.account()
        let choices = try await account.consentDocuments().map {
            ConsentChoice(purpose: $0.purpose, granted: $0.required)
        }
        try await account.decideConsents(choices: choices)
    }

    /// Captures a receipt that must be new.
    @discardableResult
    func capture(_ text: String) async throws -> Receipt {
        let capture = try await core.receipts().captureText(text: text)
        guard case .captured(let receipt) = capture else { throw Missing(what: "a capture: \(capture)") }
        return receipt
    }

    /// Sends what the queue holds.
    @discardableResult
    func drain(_ budget: DrainBudget = DrainBudget()) async throws -> DrainReport {
        try await core.outbox().drain(budget: budget)
    }

    /// The oldest entries of the queue.
    func queue() async throws -> [QueueItem] {
        try await core.outbox().page(after: 0, limit: 200)
    }

    /// All receipts, the newest first.
    func receipts() async throws -> [Receipt] {
        try await core.receipts().page(after: nil, limit: 200)
    }

    /// The only receipt.
    func onlyReceipt() async throws -> Receipt {
        let receipts = try await receipts()
        guard receipts.count == 1, let receipt = receipts.first else {
            throw Missing(what: "the only receipt, but \(receipts.count)")
        }
        return receipt
    }
}
