import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What a member can send to support.
    @Suite struct DiagnosticsTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func supportIsToldTheStateTheQueueAndTheLastFaults() async throws {
            try await phone.capture(receiptText(1))
            try await gallery.admin.network(faults: ["status:400"])
            try await phone.drain()
            try await phone.capture(receiptText(2))
            let lines = try await told()
            for line in ["online: yes", "signed in: yes"] {
                #expect(lines.contains(line), "\(lines)")
            }
            for start in [
                "core: ", "last contact: 2026-03-14T", "member.db: schema ", "cache.db: schema ",
                "queue: 1 receipt waiting, ", "queue: 1 receipt wedged by status-400, ",
            ] {
                #expect(lines.contains { $0.hasPrefix(start) }, "\(start)\n\(lines)")
            }
            #expect(lines.contains { $0.contains(" Warn ") }, "\(lines)")
        }

        @Test func whatAPausedAppDoesNotKnowIsSaidToBeUnknown() async throws {
            try await phone.core.pause()
            let lines = try await told()
            #expect(lines.contains("signed in: unknown") && lines.contains("queue: unknown"), "\(lines)")
        }

        @Test func nothingOfTheMemberIsToldToSupport() async throws {
            try await phone.capture(receiptText(4_199_331, roubles: 776_655))
            let member = try await phone.core.account().member().orThrow("a member")
            let card = try await phone.core.wallet().card().orThrow("a card")
            let text = try await phone.core.diagnostics()
            for secret in [
                "4199331", "776655", "7380440801290534", "1880975916", somebody, member.memberId, card.number,
                phone.device.folder.path,
            ] {
                #expect(!text.contains(secret), "\(text)")
            }
        }

        private func told() async throws -> [String] {
            try await phone.core.diagnostics().split(separator: "\n").map(String.init)
        }
    }
}
