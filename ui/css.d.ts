// The bundler writes styles into a file of their own.
declare module "*.css";
