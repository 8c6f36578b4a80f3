/**
 * Files of packages that Node never loads, by what they are. What is not named here is kept: an image that misses a file
 * which is asked for once a month is worse than one that is a few megabytes larger.
 */
const ofAnyPackage: readonly RegExp[] = [
  /\.(map|md|markdown)$/i,
  // Types, and sources that are shipped beside what was made of them.
  /\.[cm]?ts$/,
  /^(test|tests|spec|__tests__|docs|examples?|benchmarks?)\//,
];

/** Builds for browsers and bundlers, beside those that the package names for Node; and Prisma's other databases. */
const ofPackages: readonly { readonly name: RegExp; readonly files: RegExp }[] = [
  { name: /^@opentelemetry\//, files: /^build\/(esm|esnext)\// },
  { name: /^@(aws-sdk|smithy)\//, files: /^dist-(es|types)\// },
  { name: /^rxjs$/, files: /^(src|dist\/(esm|esm5|bundles|types))\// },
  { name: /^swagger-ui-dist$/, files: /^swagger-ui(-es-bundle.*)?\.js$/ },
  {
    name: /^@prisma\/client$/,
    files:
      /^runtime\/(query_compiler_(?!(fast|small)_bg\.postgresql\..*mjs$)|wasm-compiler-edge|index-browser)/,
  },
  { name: /^@types\//, files: /./ },
];

/** `file` is relative to the package's folder. */
export function neverLoaded(packageName: string, file: string): boolean {
  return (
    ofAnyPackage.some((pattern) => pattern.test(file)) ||
    ofPackages.some(({ name, files }) => name.test(packageName) && files.test(file))
  );
}
