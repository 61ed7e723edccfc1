import Foundation
import Testing
import VremenaFFI

/// What a port or a listener throws, and what of it may be told.
enum Thrown: CaseIterable {
    case declared, undeclared

    var byPorts: any Error & Sendable {
        self == .declared ? PortError.Failed(detail: "out-of-order") : Undeclared()
    }

    var bySecureStores: any Error & Sendable {
        self == .declared ? SecureStoreError.Failed(detail: "out-of-order") : Undeclared()
    }

    var told: String {
        self == .declared ? "out-of-order" : "undeclared"
    }
}

extension LogLines {
    /// Waits for a line that ends so, and checks that no line quotes what was not declared.
    func tells(_ end: String) async throws {
        try await eventually("the log line … \(end)") { lines.contains { $0.hasSuffix(end) } }
        for line in lines {
            #expect(!line.contains("nobody's business") && !line.contains("4276 of"))
        }
    }
}

extension Boundary {
    /// A port that throws costs the call that needed it, and a log line; never the app.
    @Suite struct PortTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.phone()
        }

        @Test(arguments: Thrown.allCases)
        func aSecureStoreThatThrowsMeansLater(_ thrown: Thrown) async throws {
            let (account, store) = (try phone.core.account(), phone.device.secrets)
            try await phone.consent()
            _ = try await account.requestCode(phone: somebody)
            let code = try await gallery.admin.code(somebody)
            store.fault.set(thrown.bySecureStores)
            await #expect(throws: CoreError.Locked) { try await account.signIn(phone: somebody, code: code) }
            try await phone.device.log.tells("call=secure-store-load detail=\(thrown.told)")
            #expect(try await gallery.admin.requests("POST", "/v1/auth/session") == 0, "it costs no try")

            store.fault.set(nil)
            store.saving.set(thrown.bySecureStores)
            await #expect(throws: CoreError.Locked) { try await account.signIn(phone: somebody, code: code) }
            try await phone.device.log.tells("call=secure-store-save detail=\(thrown.told)")
            #expect(try await account.member() == nil)

            store.saving.set(nil)
            try await gallery.timePasses(2 * minutes, for: phone.device)
            try await gallery.signIn(phone)
            store.fault.set(thrown.bySecureStores)
            await #expect(throws: CoreError.Locked) { try await phone.core.sync().pull() }

            store.fault.set(nil)
            _ = try await phone.core.sync().pull()
            try await account.signOut()
            #expect(try await account.member() == nil)
        }

        @Test(arguments: Thrown.allCases)
        func aSecretThatCannotBeRemovedKeepsTheMemberSignedIn(_ thrown: Thrown) async throws {
            let account = try phone.core.account()
            try await gallery.signIn(phone)
            phone.device.secrets.removing.set(thrown.bySecureStores)
            await #expect(throws: CoreError.Locked) { try await account.signOut() }
            try await phone.device.log.tells("call=secure-store-remove detail=\(thrown.told)")
            #expect(try await account.member() != nil)
            phone.device.secrets.removing.set(nil)
            try await account.signOut()
        }

        @Test(arguments: Thrown.allCases)
        func aConnectivityThatThrowsCountsAsOnline(_ thrown: Thrown) async throws {
            try await gallery.signIn(phone)
            try await phone.capture(receiptText(1))
            phone.device.network.online.set(false)
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).stopped == .offline)
            phone.device.network.fault.set(thrown.byPorts)
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).sent == 1)
            try await phone.device.log.tells("call=connectivity-is-online detail=\(thrown.told)")
        }

        @Test(arguments: Thrown.allCases)
        func aClockThatThrowsCountsAsTheSystems(_ thrown: Thrown) async throws {
            try await gallery.signIn(phone)
            phone.device.clock.fault.set(thrown.byPorts)
            try await capturesByTheSystemsClock()
            try await phone.device.log.tells("call=clock-now detail=\(thrown.told)")
        }

        @Test func aClockBeyondTheCalendarCountsAsTheSystems() async throws {
            try await gallery.signIn(phone)
            phone.device.clock.advance(1e15)
            try await capturesByTheSystemsClock()
            try await phone.device.log.tells("call=clock-now detail=no-time")
        }

        @Test func withoutAClockItIsTheSystems() async throws {
            // By the story's clock: from a gallery in another year the app would learn that the phone's clock is wrong.
            try await gallery.signIn(phone)
            try await phone.core.shutDown()
            let device = phone.device
            let ports = Ports(secureStore: device.secrets, connectivity: device.network, log: device.log)
            let core = try await VremenaCore.open(config: device.config, ports: ports)
            try await capturesByTheSystemsClock(Phone(device: device, core: core))
        }

        @Test func aRecordOfTheLogHasItsPartsAndALineOfThem() async throws {
            try await gallery.signIn(phone)
            phone.device.network.fault.set(Thrown.declared.byPorts)
            try await phone.drain()
            let record = try await eventually("a record of the port") {
                phone.device.log.records.first { $0.target == "ports" }
            }
            let fields = [("call", "connectivity-is-online"), ("detail", "out-of-order")].map(LogField.init)
            let line = "port-failed call=connectivity-is-online detail=out-of-order"
            #expect(
                record
                    == LogRecord(level: .warn, target: "ports", event: "port-failed", fields: fields, message: line))
        }

        @Test(arguments: Thrown.allCases)
        func aLogThatThrowsLosesTheLineAndNothingElse(_ thrown: Thrown) async throws {
            try await gallery.signIn(phone)
            try await phone.capture(receiptText(1))
            let before = phone.device.log.lines
            phone.device.log.fault.set(thrown.byPorts)
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).sent == 1)
            #expect(phone.device.log.lines == before)
            phone.device.log.fault.set(nil)
            try await phone.capture(receiptText(2))
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).sent == 1)
            #expect(phone.device.log.lines.count > before.count)
        }

        private func capturesByTheSystemsClock(_ other: Phone? = nil) async throws {
            let phone = other ?? phone
            let before = Date()
            let receipt = FiscalReceipt(
                driveNumber: "7380440801290534", documentNumber: 1, fiscalSign: 1, total: 10_000,
                issuedAt: before.addingTimeInterval(-hours), operation: .sale)
            guard
                case .captured(let captured) = try await phone.core.receipts().capture(
                    receipt: receipt, source: .manual)
            else { throw Missing(what: "a capture") }
            // As it is stored, to the millisecond.
            #expect(captured.capturedAt >= before.addingTimeInterval(-0.001) && captured.capturedAt <= Date())
        }
    }
}
