// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "VremenaTests",
    dependencies: [.package(name: "VremenaKit", path: "../../ios")],
    targets: [
        .testTarget(
            name: "VremenaTests",
            dependencies: [.product(name: "VremenaFFI", package: "VremenaKit")]
        )
    ]
)
