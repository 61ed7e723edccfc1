// swift-tools-version: 6.0
import PackageDescription

// The measuring program needs calls that no app has, so it is built against code generated from another library.
let probed = Context.environment["VREMENA_KIT"]

let package = Package(
    name: "VremenaTests",
    dependencies: [.package(name: "VremenaKit", path: probed ?? "../../ios")],
    targets: [
        probed == nil
            ? .testTarget(name: "VremenaTests", dependencies: [.product(name: "VremenaFFI", package: "VremenaKit")])
            : .executableTarget(name: "Bench", dependencies: [.product(name: "VremenaFFI", package: "VremenaKit")])
    ]
)
