import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// Whom the app takes for the gallery.
    @Suite struct TrustTests {
        let gallery: Gallery
        let trust: Trust
        let nobodys = Data(repeating: 7, count: 32)

        init() async throws {
            (gallery, trust) = try await Gallery.overTls()
        }

        @Test func aGalleryWhoseKeyIsPinnedIsTheGallery() async throws {
            #expect(gallery.baseUrl.hasPrefix("https://"))
            let phone = try await phone(pins: trust.pins)
            try await gallery.signIn(phone)
            try await phone.capture(receiptText(1))
            #expect(try await phone.drain().sent == 1)
        }

        @Test func whoCannotProveToBeTheGalleryIsToldNothing() async throws {
            let strangers = try await gallery.device().open()
            for phone in [strangers, try await phone(pins: [nobodys, Data(repeating: 8, count: 32)])] {
                await #expect(throws: CoreError.Insecure) { try await phone.core.account().consentDocuments() }
                try await eventually("what support is told") {
                    try await phone.core.diagnostics().contains("outcome=insecure")
                }
            }
            #expect(try await gallery.admin.requests("GET", "/v1/consents") == 0)
        }

        @Test func pinsThatHaveExpiredLockNobodyOut() async throws {
            let pins = [nobodys, Data(repeating: 8, count: 32)]
            let phone = try await phone(pins: pins, expiresAt: storyStart.addingTimeInterval(-days))
            #expect(try await phone.core.account().consentDocuments().count == 3)
        }

        @Test func pinsThatCannotBeMeantAreAFaultOfTheConfiguration() async throws {
            for pins in [[], [nobodys], [nobodys, nobodys], [nobodys, nobodys.dropLast()], [Data(), nobodys]] {
                do {
                    _ = try await phone(pins: pins)
                    throw Missing(what: "a refusal of \(pins)")
                } catch CoreError.Configuration(let detail) {
                    #expect(detail.contains("pin"))
                }
            }
        }

        private func phone(
            pins: [Data], expiresAt: Date = storyStart.addingTimeInterval(days)
        ) async throws -> Phone {
            let pins = PinSet(sha256: pins, expiresAt: expiresAt)
            return try await gallery.device().with(extraRoots: [trust.root], pins: pins).open()
        }
    }
}
